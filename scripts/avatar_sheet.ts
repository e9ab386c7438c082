/**
 * Draws sheets of avatar packs with the same renderer as in a call, so that people can judge the faces:
 * `deno run -A scripts/avatar_sheet.ts [pack …]` writes docs/avatars/<pack>.jpg with all visemes, a blink, gazes, turns
 * and expressions; and, of all packs together, docs/avatars/gallery.jpg. `--from FOLDER` and `--to FOLDER` take packs
 * from and put sheets into other folders.
 */
import { parseArgs } from "node:util";
import { Log } from "node-av/lib";
import { AV_LOG_ERROR } from "node-av/constants";
import { paintRoom } from "../src/face/background.ts";
import { expressions } from "../src/face/expressions.ts";
import { listPacks, readPack } from "../src/face/packfolder.ts";
import { type Pose, still, type Weights } from "../src/face/pose.ts";
import { createRenderer, type Renderer } from "../src/face/renderer.ts";
import { visemes } from "../src/face/visemes.ts";
import { encodeJpeg } from "./jpeg.ts";

/** Faces are drawn with SIZE pixels a side and shown with CELL. */
const SIZE = 720;
const CELL = 288;
const GALLERY_CELL = 360;
const COLUMNS = 7;
/** FFmpeg's scale of JPEG quality, 1 (best) to 31. */
const JPEG_SCALE = 4;
/** As far as a face turns, looks up and down, and looks about, radians. */
const YAW = 0.25;
const PITCH = 0.2;
const GAZE = 0.25;

interface Look {
  weights: Weights;
  pose: Pose;
}

function look(weights: Weights, pose: Partial<Pose> = {}): Look {
  const { yaw = 0, pitch = 0, roll = 0 } = pose;
  return { weights, pose: { ...still, ...pose, hair: { yaw, pitch, roll } } };
}

function looks(): Look[] {
  const shown = [expressions.smile, expressions.laugh, expressions.sad, expressions.surprise];
  return [
    look({}),
    ...Object.values(visemes).map((weights) => look(weights)),
    look({ eyeBlinkLeft: 1, eyeBlinkRight: 1 }),
    look({}, { gazeX: -GAZE }),
    look({}, { gazeX: GAZE }),
    look({}, { gazeY: GAZE }),
    look({}, { gazeY: -GAZE }),
    look({}, { yaw: -YAW }),
    look({}, { yaw: YAW }),
    look({}, { pitch: -PITCH }),
    look({}, { pitch: PITCH }),
    ...shown.map(({ weights, head }) => look(weights, head)),
  ];
}

/** A picture made of square cells; a last row that is not full stands in the middle. */
class Sheet {
  #pixels: Uint32Array<ArrayBuffer>;
  #width: number;
  #height: number;
  constructor(readonly cell: number, readonly columns: number, readonly count: number) {
    this.#width = cell * columns;
    this.#height = cell * Math.ceil(count / columns);
    this.#pixels = new Uint32Array(this.#width * this.#height).fill(0xffffffff);
  }

  /** Puts a square picture of `size` pixels a side into cell number `index`, each pixel the mean of those it covers. */
  put(index: number, { frame, size }: Renderer): void {
    const row = Math.floor(index / this.columns), first = row * this.columns;
    const missing = Math.max(0, first + this.columns - this.count);
    const left = Math.floor((index - first + missing / 2) * this.cell), top = row * this.cell;
    for (let y = 0; y < this.cell; y++) {
      for (let x = 0; x < this.cell; x++) {
        this.#pixels[(top + y) * this.#width + left + x] = mean(frame, size, this.cell, x, y);
      }
    }
  }

  write(path: string): Promise<void> {
    return Deno.writeFile(path, encodeJpeg(this.#pixels, this.#width, this.#height, JPEG_SCALE));
  }
}

/** The mean colour of what one pixel of a smaller picture of `cell` pixels a side covers. */
function mean(frame: Uint32Array, size: number, cell: number, x: number, y: number): number {
  const at = (i: number) => Math.floor(i * size / cell);
  let count = 0, red = 0, green = 0, blue = 0;
  for (let v = at(y); v < at(y + 1); v++) {
    for (let u = at(x); u < at(x + 1); u++, count++) {
      const pixel = frame[v * size + u];
      red += pixel & 255;
      green += (pixel >>> 8) & 255;
      blue += (pixel >>> 16) & 255;
    }
  }
  return (0xff000000 | (Math.round(blue / count) << 16) | (Math.round(green / count) << 8) |
    Math.round(red / count)) >>> 0;
}

async function open(folder: string): Promise<Renderer> {
  const pack = await readPack(folder, SIZE);
  return createRenderer(pack, SIZE, paintRoom(pack.manifest.room, SIZE));
}

Log.setLevel(AV_LOG_ERROR);
const path = (url: string) => new URL(url, import.meta.url).pathname;
const { values: { from, to }, positionals: chosen } = parseArgs({
  args: Deno.args,
  options: { from: { type: "string" }, to: { type: "string" } },
  allowPositionals: true,
});
const source = from ?? path("../static/avatars"), target = to ?? path("../docs/avatars");
const names = chosen.length > 0 ? chosen : await listPacks(source);
await Deno.mkdir(target, { recursive: true });
const all = looks(), gallery = new Sheet(GALLERY_CELL, Math.ceil(names.length / 2), names.length);
for (const [index, name] of names.entries()) {
  const renderer = await open(`${source}/${name}`), sheet = new Sheet(CELL, COLUMNS, all.length);
  for (const [i, { weights, pose }] of all.entries()) {
    renderer.render(weights, pose);
    if (i === 0) gallery.put(index, renderer);
    sheet.put(i, renderer);
  }
  await sheet.write(`${target}/${name}.jpg`);
}
if (chosen.length === 0) await gallery.write(`${target}/gallery.jpg`);
