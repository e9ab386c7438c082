/** Runs in a browser (see gl.test.ts): draws the same picture by processor and by WebGL2, and compares the two. */
import { paintRoom, type Room } from "../src/face/background.ts";
import { createPainter } from "../src/face/gl/painter.ts";
import { loadPack, type Pack } from "../src/face/pack.ts";
import { type Pose, still, type Weights } from "../src/face/pose.ts";
import { createRenderer } from "../src/face/renderer.ts";

export interface Case {
  name: string;
  weights: Weights;
  pose: Partial<Pose>;
  /** Null: transparent. */
  room: Room | null;
}

export interface Compared {
  name: string;
  /** Mean difference of red, green, blue and alpha, percent of the whole range: all pixels, and those of the figure. */
  all: number;
  figure: number;
  /** Share of the figure's pixels that differ by more than a tenth, percent. */
  far: number;
  /** Both pictures side by side, and eight times their difference: a PNG as a data address. */
  sheet?: string;
}

async function read(name: string, file: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`/avatars/${name}/${file}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || bytes.length > limit) throw new Error(`"${file}" cannot be had`);
  return bytes;
}

function readBack(gl: WebGL2RenderingContext, size: number): Uint8Array<ArrayBuffer> {
  const flipped = new Uint8Array(size * size * 4), pixels = new Uint8Array(size * size * 4);
  gl.readPixels(0, 0, size, size, gl.RGBA, gl.UNSIGNED_BYTE, flipped);
  for (let y = 0; y < size; y++) {
    pixels.set(flipped.subarray(y * size * 4, (y + 1) * size * 4), (size - 1 - y) * size * 4);
  }
  return pixels;
}

function sheetOf(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>, size: number): string {
  const canvas = document.createElement("canvas");
  canvas.width = 3 * size;
  canvas.height = size;
  const context = canvas.getContext("2d")!;
  const difference = a.map((value, i) => i % 4 === 3 ? 255 : Math.min(255, 8 * Math.abs(value - b[i])));
  [a, b, difference].forEach((pixels, at) =>
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), size, size), at * size, 0)
  );
  return canvas.toDataURL();
}

function compareBytes(a: Uint8Array, b: Uint8Array, ground: Uint8Array): Omit<Compared, "name" | "sheet"> {
  let all = 0, figure = 0, pixels = 0, far = 0;
  for (let i = 0; i < a.length; i += 4) {
    let sum = 0, inside = 0;
    for (let k = i; k < i + 4; k++) {
      sum += Math.abs(a[k] - b[k]) / 4;
      inside += Math.abs(a[k] - ground[k]);
    }
    all += sum;
    if (inside === 0) continue;
    figure += sum;
    pixels++;
    if (sum > 25.5) far++;
  }
  const percent = 100 / 255;
  return { all: all / (a.length / 4) * percent, figure: figure / pixels * percent, far: 100 * far / pixels };
}

/** Gives a pack folds all over, of no face's, so that each of the eight numbers of a vertex counts. */
function crease({ geometry, textures }: Pack): void {
  const side = 64, pixels = new Uint32Array(side * side);
  for (let i = 0; i < pixels.length; i++) {
    const x = i % side,
      y = Math.floor(i / side),
      wave = (at: number) => Math.round(128 + 60 * Math.sin(at / 5));
    pixels[i] = 0xff800000 | (wave(y) << 8) | wave(x);
  }
  textures.crease = { width: side, height: side, pixels };
  geometry.crease = Uint8Array.from({ length: 8 * geometry.vertices }, (_, i) => (i * 37) % 256);
}

/**
 * @param creased with folds that the pack has not
 * @param sheets should the pictures come along?
 */
async function compare(
  name: string,
  size: number,
  cases: Case[],
  creased: boolean,
  sheets: boolean,
): Promise<Compared[]> {
  const pack = await loadPack(name, (file, limit) => read(name, file, limit), size);
  if (creased) crease(pack);
  const renderer = createRenderer(pack, size, null), canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const gl = canvas.getContext("webgl2", { alpha: true, antialias: true })!;
  using painter = createPainter(gl, pack);
  const results: Compared[] = [];
  for (const { name, weights, pose, room } of cases) {
    const whole = { ...still, ...pose }, ground = room ? paintRoom(room, size) : new Uint32Array(size * size);
    renderer.background = room && ground;
    renderer.render(weights, whole);
    painter.furnish(room);
    painter.paint(weights, whole);
    const cpu = new Uint8Array(renderer.frame.slice().buffer), gpu = readBack(gl, size);
    const compared = compareBytes(cpu, gpu, new Uint8Array(ground.buffer));
    results.push({ name, ...compared, ...(sheets && { sheet: sheetOf(cpu, gpu, size) }) });
  }
  return results;
}

/** Milliseconds that `frames` pictures take, finished on the graphics card. */
async function time(name: string, size: number, frames: number): Promise<number> {
  const pack = await loadPack(name, (file, limit) => read(name, file, limit), size);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const gl = canvas.getContext("webgl2", { alpha: true, antialias: true })!;
  using painter = createPainter(gl, pack);
  painter.furnish("own");
  const pixel = new Uint8Array(4);
  const draw = (i: number) => {
    painter.paint({ jawOpen: (i % 10) / 20, mouthSmileLeft: 0.3 }, { ...still, yaw: Math.sin(i / 9) / 10 });
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  };
  for (let i = 0; i < 5; i++) draw(i);
  const since = performance.now();
  for (let i = 0; i < frames; i++) draw(i);
  return (performance.now() - since) / frames;
}

Object.assign(globalThis, { compare, time });
