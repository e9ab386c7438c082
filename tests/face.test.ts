/** The face with its real packs: what is drawn, what the handler answers, and whether the clips are up to date. */
import assert from "node:assert/strict";
import * as v from "valibot";
import type { Body, BodyOf, Frame, Mood } from "../src/engine/frame.ts";
import type { Context, Log, Model, SessionInfo } from "../src/engine/handler.ts";
import { paintRoom, type Room } from "../src/face/background.ts";
import { idleLoop } from "../src/face/idle.ts";
import { createLips } from "../src/face/lips.ts";
import { listPacks, readPack } from "../src/face/packfolder.ts";
import { decodePng } from "../src/face/png.ts";
import { type Pose, still, type Weights } from "../src/face/pose.ts";
import { createRenderer, type Renderer } from "../src/face/renderer.ts";
import { avatarName, handler } from "../src/handlers/avatar/tts2face.ts";
import { type Picture, PictureDecoder, psnr } from "./picture_decoder.ts";

const avatarRoot = new URL("../static/avatars", import.meta.url).pathname;
const packs = await listPacks(avatarRoot);

async function renderer(name: string, size = 512, room?: Room): Promise<Renderer> {
  const pack = await readPack(`${avatarRoot}/${name}`, size);
  return createRenderer(pack, size, paintRoom(room ?? pack.manifest.room, size));
}

/** Red, green and blue of a rectangle, one byte each. */
function crop({ frame, size }: Renderer, [x, y, width, height]: number[]): Uint8Array {
  const out = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const pixel = frame[(y + Math.floor(i / width)) * size + x + i % width];
    out.set([pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255], 3 * i);
  }
  return out;
}
/** Where the mouths of all packs are in a picture of 512 pixels: the box the lips move in. */
const MOUTH = [200, 265, 120, 90];

interface Case {
  pack: string;
  room: Room;
  crop: number[];
  weights: Weights;
  pose: Pose;
}

Deno.test("the drawing equals the pictures of the renderer it was written after", async () => {
  const folder = new URL("./faces/", import.meta.url);
  const cases: Case[] = JSON.parse(await Deno.readTextFile(new URL("cases.json", folder)));
  assert.equal(cases.length, 3);
  for (const { pack, room, crop: rectangle, weights, pose } of cases) {
    const drawn = await renderer(pack, 512, room);
    drawn.render(weights, pose);
    const { pixels } = await decodePng(await Deno.readFile(new URL(`${pack}.png`, folder)));
    const expected = Uint8Array.from(
      { length: pixels.length * 3 },
      (_, i) => pixels[i / 3 | 0] >>> (8 * (i % 3)),
    );
    const quality = psnr(crop(drawn, rectangle), expected);
    assert.ok(quality > 50, `${pack}: ${quality.toFixed(1)} dB`);
  }
});

Deno.test("a picture depends on weights and pose alone, not on the picture before", async () => {
  const drawn = await renderer("mira", 256);
  const look = () => drawn.render({ jawOpen: 0.3 }, { ...still, yaw: 0.05, breath: 0.4 });
  look();
  const first = drawn.frame.slice();
  drawn.render({ eyeBlinkLeft: 1 }, { ...still, yaw: -0.15, dx: 0.02, breath: 1, gazeX: 0.3 });
  look();
  assert.deepEqual(drawn.frame, first);
});

Deno.test("without a background the picture is transparent around the head", async () => {
  const drawn = createRenderer(await readPack(`${avatarRoot}/jonas`, 256), 256, null);
  drawn.render({}, still);
  assert.equal(drawn.frame[5 * 256 + 5], 0);
  assert.equal(drawn.frame[128 * 256 + 128] >>> 24, 255);
});

/** Share of dark or white pixels between the lips: cavity and teeth, which skin and lips never are. */
function openness(drawn: Renderer): number {
  const bytes = crop(drawn, MOUTH);
  let open = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const [red, green, blue] = bytes.subarray(i, i + 3);
    const grey = Math.max(red, green, blue) - Math.min(red, green, blue) < 45;
    if (Math.max(red, green, blue) < 60 || (grey && green > 100)) open++;
  }
  return open / (bytes.length / 3);
}

Deno.test("seen in the pixels, the mouth opens on an a and closes on p, b and m", async () => {
  const drawn = await renderer("jonas");
  const lips = createLips(), reply = { turn: 1, epoch: 0 };
  const sounds = [..."apabama"].map((phoneme, i) => ({ phoneme, start: i * 0.12, end: (i + 1) * 0.12 }));
  lips.announce(reply, sounds);
  drawn.render({}, still);
  const closed = openness(drawn), seen: number[] = [];
  for (let t = 0; t < 0.84; t += 0.01) {
    drawn.render(lips.step(0.01, reply, t).weights, still);
    seen.push(openness(drawn));
  }
  // The mouth is a little ahead of the sound, so each sound is looked at where its middle will be.
  const during = (sound: number) => seen.slice(sound * 12, sound * 12 + 12);
  for (const vowel of [2, 4]) {
    assert.ok(Math.max(...during(vowel)) > closed + 0.04, `${vowel}: ${during(vowel)}`);
  }
  for (const stop of [1, 3, 5]) {
    assert.ok(Math.min(...during(stop)) < closed + 0.005, `${stop}: ${during(stop)}`);
  }
});

// The handler

const lines: string[] = [];
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};
const load = (config: unknown = {}): Promise<Model<unknown>> =>
  handler.load(v.parse(handler.config, config), { modelRoot: "/nowhere", avatarRoot, log });
const video = { codec: "h264" as "h264" | "vp8", bitrate: 1_000_000 };

class Caller {
  media = 0;
  constructor(readonly model: Model<unknown>, readonly session: SessionInfo, readonly state: unknown) {}

  static async open(model: Model<unknown>, id: string, codec: "h264" | "vp8" = "h264"): Promise<Caller> {
    const session = { id, video: { ...video, codec } };
    return new Caller(model, session, await model.open(session));
  }

  async send(body: Body) {
    const ctx: Context = {
      signal: new AbortController().signal,
      log,
      now: () => this.media,
      waiting: () => false,
      breathe: () => Promise.resolve(),
    };
    const out: BodyOf<"video.reply">[] = [];
    const frame: Frame = { session: this.session.id, turn: 1, epoch: 0, at: this.media, ...body };
    for await (const reply of this.model.handle(this.state, frame, ctx)) {
      assert.equal(reply.kind, "video.reply");
      out.push(reply as BodyOf<"video.reply">);
    }
    return out;
  }

  async tick(position = -1, mood: Mood = "idle", key = false) {
    this.media += 40;
    const replies = await this.send({
      kind: "video.tick",
      media: this.media,
      position,
      mood,
      key,
    });
    assert.equal(replies.length, 1);
    assert.equal(replies[0].media, this.media);
    assert.equal(replies[0].data.byteLength, replies[0].data.buffer.byteLength);
    return replies[0];
  }
}

/** Mean difference of brightness in the mouth's box of two pictures of 512 pixels. */
function mouthDifference(a: Picture, b: Picture): number {
  const [x, y, width, height] = MOUTH;
  let sum = 0;
  for (let row = y; row < y + height; row++) {
    for (let o = row * a.width + x; o < row * a.width + x + width; o++) {
      sum += Math.abs(a.planes[0][o] - b.planes[0][o]);
    }
  }
  return sum / (width * height);
}

Deno.test("one decodable picture for each tick, in both codecs, and the mouth moves only with the reply", async () => {
  await using model = await load();
  for (const codec of ["h264", "vp8"] as const) {
    const caller = await Caller.open(model, "anna", codec);
    using decoder = new PictureDecoder(codec);
    const spans = [..."papamama"].map((phoneme, i) => ({ phoneme, start: i * 0.12, end: (i + 1) * 0.12 }));
    assert.deepEqual(await caller.send({ kind: "phonemes", spans, words: [] }), []);
    const first = await caller.tick();
    assert.ok(first.key);
    let last = decoder.decode(first.data);
    assert.deepEqual([last.width, last.height], [512, 512]);
    const moved = async (position: number, mood: Mood) => {
      const before = last;
      last = decoder.decode((await caller.tick(position, mood)).data);
      return mouthDifference(before, last);
    };
    const quiet: number[] = [], loud: number[] = [];
    for (let i = 0; i < 20; i++) quiet.push(await moved(-1, "idle"));
    for (let i = 0; i < 24; i++) loud.push(await moved(i * 0.04, "speaking"));
    const mean = (list: number[]) => list.reduce((a, b) => a + b) / list.length;
    assert.ok(mean(loud) > 2.5 * mean(quiet), `${codec}: ${mean(loud)} ${mean(quiet)}`);
    assert.ok((await caller.tick(-1, "idle", true)).key);
    assert.ok(!(await caller.tick()).key);
    assert.deepEqual(
      await caller.send({ kind: "turn.end", user: "", heard: "", interrupted: false }),
      [],
    );
    await model.close(caller.state);
  }
});

Deno.test("in silence nothing moves but life, whatever has been announced", async () => {
  await using model = await load({ size: 256 });
  const silent = async (announced: boolean) => {
    const caller = await Caller.open(model, "emil");
    const spans = [{ phoneme: "a", start: 0, end: 2 }];
    if (announced) await caller.send({ kind: "phonemes", spans, words: [] });
    const pictures: Uint8Array[] = [];
    for (let i = 0; i < 15; i++) pictures.push((await caller.tick()).data);
    await model.close(caller.state);
    return pictures;
  };
  assert.deepEqual(await silent(true), await silent(false));
});

Deno.test("two callers at once have faces of their own", async () => {
  await using model = await load({ size: 256, avatar_name: "amara" });
  const seen = async (others: boolean) => {
    const ben = await Caller.open(model, "ben"), carla = await Caller.open(model, "carla");
    const spans = [{ phoneme: "a", start: 0, end: 2 }];
    if (others) await carla.send({ kind: "phonemes", spans, words: [] });
    const pictures: Uint8Array[] = [];
    for (let i = 0; i < 10; i++) {
      pictures.push((await ben.tick()).data);
      if (others) await carla.tick(i * 0.04, "speaking");
    }
    const last = await carla.tick(0.4, "speaking");
    await model.close(ben.state);
    await model.close(carla.state);
    return { pictures, last: last.data };
  };
  const [alone, together] = [await seen(false), await seen(true)];
  assert.deepEqual(together.pictures, alone.pictures);
  assert.notDeepEqual(together.last, alone.last);
});

Deno.test("a caller without a picture can be served", async () => {
  await using model = await load({ size: 256 });
  const session: SessionInfo = { id: "dora", video: null };
  const state = await model.open(session);
  const dora = new Caller(model, session, state);
  assert.deepEqual(await dora.send({ kind: "phonemes", spans: [], words: [] }), []);
  await model.close(state);
});

Deno.test("an unknown avatar is refused with the names there are", async () => {
  await assert.rejects(
    () => load({ avatar_name: "nobody" }),
    {
      message: 'Tts2Face: there is no avatar pack "nobody"; ' +
        '"avatar_name" may be one of "sample_data", "amara", "helena", "jonas", "kenji", "mira", "samir", "viktor"',
    },
  );
  for (const bad of [{ avatar_name: "../x" }, { fps: 31 }, { size: 511 }, { size: 128 }, { colour: 1 }]) {
    assert.equal(v.safeParse(handler.config, bad).success, false, JSON.stringify(bad));
  }
  assert.equal(avatarName(v.parse(handler.config, {})), "jonas");
  assert.equal(avatarName({ avatar_name: "mira" }), "mira");
});

// The clips

Deno.test("posters are what the renderer draws first, so the clips are up to date", async () => {
  using decoder = new PictureDecoder("mjpeg");
  const [{ weights, pose }] = idleLoop();
  for (const pack of packs) {
    const drawn = await renderer(pack);
    drawn.render(weights, pose);
    const luma = Uint8Array.from(
      drawn.frame,
      (p) => Math.round(0.299 * (p & 255) + 0.587 * ((p >>> 8) & 255) + 0.114 * ((p >>> 16) & 255)),
    );
    const poster = decoder.decode(await Deno.readFile(`${avatarRoot}/${pack}/poster.jpg`));
    const quality = psnr(poster.planes[0], luma);
    assert.ok(quality > 36, `${pack}: ${quality.toFixed(1)} dB; run scripts/idle_clip.ts`);
  }
});

Deno.test("the idle loop has no seam, blinks several times, and its files are small", async () => {
  const loop = idleLoop();
  assert.equal(loop.length, 300);
  const step = (a: number, b: number) =>
    Math.max(
      ...(["yaw", "pitch", "roll", "dx", "breath"] as const).map((n) =>
        Math.abs(loop[a].pose[n] - loop[b].pose[n])
      ),
    );
  const usual = Math.max(...loop.slice(1).map((_, i) => step(i, i + 1)));
  assert.ok(step(299, 0) <= usual, `${step(299, 0)} ${usual}`);
  const shut = loop.map(({ weights }) => weights.eyeBlinkLeft > 0.5);
  assert.ok(shut.filter((now, i) => now && !shut[i - 1]).length >= 3);
  assert.ok(!shut[0]);
  for (const pack of packs) {
    for (const file of ["idle.webm", "idle.mp4"]) {
      const { size } = await Deno.stat(`${avatarRoot}/${pack}/${file}`);
      assert.ok(size > 50_000 && size < 700_000, `${pack}/${file}: ${size}`);
    }
  }
});
