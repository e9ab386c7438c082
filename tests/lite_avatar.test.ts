/** LiteAvatar as a whole, on the synthetic pack (tests/synthetic_lite_avatar.py) and with a real voice. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { openModel } from "../src/audio/onnx.ts";
import { concat } from "../src/audio/pcm.ts";
import { resample } from "../src/audio/resample.ts";
import type { Body, BodyOf, Mood } from "../src/engine/frame.ts";
import { kindsOf } from "../src/engine/handler.ts";
import { Backdrop } from "../src/face/lite/backdrop.ts";
import { createCompositor } from "../src/face/lite/composite.ts";
import { addPositions } from "../src/face/lite/features.ts";
import { smooth } from "../src/face/lite/lowpass.ts";
import { openPack, openWeights, readReference, referenceName } from "../src/face/lite/pack.ts";
import { pictureAt } from "../src/face/lite/schedule.ts";
import { createSlicer, WINDOW } from "../src/face/lite/slices.ts";
import { createTrack, PARAMETERS } from "../src/face/lite/track.ts";
import { fbank } from "../src/handlers/asr/fbank.ts";
import { stack } from "../src/handlers/asr/stacking.ts";
import { loadLite } from "../src/handlers/avatar/lite.ts";
import { handler as face } from "../src/handlers/avatar/tts2face.ts";
import { openEar } from "../src/handlers/avatar/lite_nets.ts";
import { handler as tts } from "../src/handlers/tts/piper.ts";
import { answers, context, env, load, stamp } from "./hearing.ts";
import { type Picture, PictureDecoder, psnr } from "./picture_decoder.ts";

const modelRoot = `${import.meta.dirname}/synthetic_models`;
const FOLDER = `${modelRoot}/LiteAvatar`;
const NAME = "synthetic/nobody";
const FPS = 25;
const lite = () => loadLite({ avatar_name: NAME, fps: FPS, bitrate: 2_000_000 }, { ...env, modelRoot });
type Lite = Awaited<ReturnType<typeof lite>>;
type State = Awaited<ReturnType<Lite["open"]>>;

let sound: BodyOf<"audio.reply">[] = [];
Deno.test.beforeAll(async () => {
  // Without chance, so that every run measures the same.
  await using piper = await load(tts, { noise_scale: 0, noise_w: 0 });
  const text = "Hello there! I am glad that you called me today. What would you like to talk about?";
  const bodies = await answers(piper, [{ kind: "text.reply", delta: text, last: true }]);
  sound = bodies.filter((body) => body.kind === "audio.reply");
});

const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const speech = () => resample(concat(sound.map(({ pcm }) => pcm)), sound[0].rate, 16_000);

/** The same sound in pieces of so many milliseconds. */
function pieces(milliseconds: number): BodyOf<"audio.reply">[] {
  const pcm = concat(sound.map((body) => body.pcm)), { rate } = sound[0];
  const size = Math.round(rate * milliseconds / 1000);
  return Array.from({ length: Math.ceil(pcm.length / size) }, (_, n) => ({
    kind: "audio.reply",
    pcm: pcm.slice(n * size, (n + 1) * size),
    rate,
    last: (n + 1) * size >= pcm.length,
  }));
}

class Caller implements AsyncDisposable {
  #decoder = new PictureDecoder("h264");
  abort = new AbortController();
  constructor(readonly model: Lite, readonly state: State) {}

  static async open(model: Lite): Promise<Caller> {
    return new Caller(model, await model.open({ id: "anna", video: { codec: "h264", bitrate: 2_000_000 } }));
  }

  async send(body: Body, changes: { turn?: number; epoch?: number } = {}): Promise<Body[]> {
    const out: Body[] = [];
    const ctx = context({ breathe, signal: this.abort.signal });
    for await (const reply of this.model.handle(this.state, { ...stamp(body), ...changes }, ctx)) {
      out.push(reply);
    }
    return out;
  }

  async hear(bodies: Body[]): Promise<void> {
    for (const body of bodies) assert.deepEqual(await this.send(body), []);
    await this.state.hearing;
  }

  async tick(media: number, position = -1, mood: Mood = "idle"): Promise<Picture> {
    const [reply, ...more] = await this.send({ kind: "video.tick", media, position, mood, key: true });
    assert.equal(more.length, 0);
    assert.ok(reply.kind === "video.reply" && reply.media === media);
    return this.#decoder.decode(reply.data);
  }

  async [Symbol.asyncDispose]() {
    await this.model.close(this.state);
    this.#decoder[Symbol.dispose]();
  }
}

/** Mean difference of brightness. */
function difference(a: Picture, b: Picture): number {
  let sum = 0;
  a.planes[0].forEach((value, n) => sum += Math.abs(value - b.planes[0][n]));
  return sum / a.planes[0].length;
}

Deno.test("pictures of the pack's size follow ticks, and the mouth follows the sound from its first 300 ms on", async () => {
  await using model = await lite();
  await using caller = await Caller.open(model);
  const idle = await caller.tick(0);
  assert.deepEqual([idle.width, idle.height], [360, 640]);
  const early = pieces(20);
  await caller.hear(early.slice(0, 14));
  assert.equal(difference(await caller.tick(0, 0, "speaking"), idle), 0);
  await caller.hear(early.slice(14, 16));
  const moved = difference(await caller.tick(0, 0, "speaking"), idle);
  assert.ok(moved > 0.05, `${moved}`);
});

Deno.test("a picture is a function of the moment and the sound, not of how the sound came or what was seen before", async () => {
  await using model = await lite();
  await using one = await Caller.open(model);
  await using other = await Caller.open(model);
  await one.hear(pieces(20));
  await other.hear(pieces(2_000));
  for (let n = 0; n < 30; n++) await one.tick(n * 40, n * 0.04, "speaking");
  const places = [0, 7, 55, 80].map((n) => [n * 40, n * 0.04]);
  for (const [media, position] of places) {
    const pictures = [
      await one.tick(media, position, "speaking"),
      await other.tick(media, position, "speaking"),
    ];
    assert.deepEqual(pictures[0], pictures[1], `at ${position}`);
  }
});

Deno.test("after the reply the mouth closes within five pictures, and what is idle is drawn once and kept", async () => {
  await using model = await lite();
  await using caller = await Caller.open(model);
  await caller.hear(pieces(500));
  // The background is back at the same picture after 480 ms.
  const idle = await caller.tick(960);
  await caller.tick(960 + 440, 1, "speaking");
  const closing: number[] = [];
  for (let n = 0; n < 6; n++) {
    // The same moment of the background, the mouth one picture further each time.
    caller.state.last!.media = 1440 - (n + 1) * 40;
    closing.push(difference(await caller.tick(1440), idle));
  }
  assert.ok(closing[0] > closing[2] && closing[2] > 0, closing.join(" "));
  assert.equal(closing[4], 0);
  assert.equal(closing[5], 0);
  await caller.send({ kind: "turn.end", user: "", heard: "", interrupted: false });
  assert.equal(difference(await caller.tick(1920, 1, "speaking"), idle), 0);
});

Deno.test("a cancelled reply is given up between two nets, and the next one is heard from its beginning", async () => {
  await using model = await lite();
  await using caller = await Caller.open(model);
  for (const body of pieces(2_000)) await caller.send(body);
  await breathe();
  await breathe();
  const { reply } = caller.state;
  caller.abort.abort();
  await caller.state.hearing;
  assert.equal(caller.state.reply, null);
  assert.ok(reply!.slicer.next(), "slices were left");
  const idle = await caller.tick(0);
  assert.equal(difference(await caller.tick(0, 0.1, "speaking"), idle), 0);
  caller.abort = new AbortController();
  for (const body of pieces(2_000)) await caller.send(body, { turn: 1, epoch: 1 });
  await caller.state.hearing;
  assert.ok(difference(await caller.tick(0, 0.5, "speaking"), idle) > 0);
});

Deno.test("a face that is the reference picture leaves the film as it is: place and colours are right", async () => {
  const { manifest, read } = await openPack(`${FOLDER}/${NAME}`);
  const { width, height, ends, group, box, pictures } = manifest;
  using backdrop = new Backdrop({ data: await read("background.h264"), ends, group, width, height });
  const compositor = createCompositor(width, height, box);
  const film = new Uint8Array(width * height * 3 / 2);
  const qualities: number[] = [];
  for (const step of [0, 4, 5, 9]) {
    backdrop.read(step, film);
    const picture = film.slice();
    compositor.draw(await readReference(await read(referenceName(pictureAt(step, pictures)))), picture);
    // Only what the face covers: everything else is the film in any case.
    const covered = (of: Uint8Array) =>
      concat(compositor.cut(of).planes.map((plane) => Float32Array.from(plane)));
    const quality = psnr(covered(picture), covered(film));
    assert.ok(quality > 38, `${step}: ${quality.toFixed(1)} dB`);
    qualities.push(quality);
  }
  console.log(`${qualities.map((quality) => quality.toFixed(1)).join(", ")} dB`);
});

/** What the nets make of a whole sound at once, at every settled frame: the measure for the slices. */
async function whole(pcm: Float32Array): Promise<Float32Array> {
  const { manifest, read } = await openWeights(`${FOLDER}/weights`);
  const { size, shift, scale, speech: names } = manifest;
  const stacking = {
    size: 7,
    step: 6,
    negativeMean: Float32Array.from(shift),
    inverseDeviation: Float32Array.from(scale),
  };
  const silence = new Float32Array(16_000);
  let x = addPositions(stack(fbank(concat([silence, pcm, silence])), stacking), 560, size);
  const frames = x.length / 560;
  const layers: Float32Array[] = [];
  await using mouth = await openModel(await read("mouth.onnx"));
  for (const name of names) {
    await using piece = await openModel(await read(name));
    const { hidden } = await piece.run({ x: new piece.Tensor("float32", x, [1, frames, x.length / frames]) });
    const values = hidden.data as Float32Array<ArrayBuffer>;
    for (let at = 0; at < values.length; at += frames * size) {
      layers.push(values.slice(at, at + frames * size));
    }
    x = values.slice(-frames * size);
  }
  const count = Math.floor((frames - 1) * 9 / 5);
  const features = Float32Array.from({ length: count * layers.length * size }, (_, n) => {
    const place = Math.floor(n / (layers.length * size)) * 5 / 9, before = Math.floor(place);
    const layer = layers[Math.floor(n / size) % layers.length], at = before * size + n % size;
    return layer[at] + (layer[at + size] - layer[at]) * (place - before);
  });
  const track = new Float32Array(count * PARAMETERS);
  const { Tensor } = mouth;
  const one = layers.length * size;
  for (let start = 0; start + WINDOW <= count; start += 9) {
    const { output } = await mouth.run({
      input_au: new Tensor("float32", features.slice(start * one, (start + WINDOW) * one), [
        1,
        WINDOW,
        layers.length,
        size,
      ]),
      input_ph: new Tensor("float32", new Float32Array(2 * WINDOW), [1, WINDOW, 2]),
      input_sp: new Tensor("int64", BigInt64Array.of(2n), [1]),
      w: new Tensor("float32", Float32Array.of(1), [1]),
    });
    const from = start === 0 ? 0 : 10;
    track.set((output.data as Float32Array).subarray(from * PARAMETERS), (start + from) * PARAMETERS);
  }
  smooth(track, PARAMETERS);
  return track.slice(30 * PARAMETERS);
}

Deno.test("slices have no seams: they say what the whole says, and a step over a border is like any other", async () => {
  await using ear = await openEar(await openWeights(`${FOLDER}/weights`));
  const { manifest: { neutral } } = await openPack(`${FOLDER}/${NAME}`);
  const pcm = speech(), track = createTrack(Float32Array.from(neutral)), slicer = createSlicer();
  slicer.push(pcm);
  slicer.finish();
  for (let slice; (slice = slicer.next());) {
    track.take((await ear.hear(slice.pcm, () => Promise.resolve(true)))!, slice);
  }
  const expected = await whole(pcm);
  const frames = Math.floor(pcm.length * 30 / 16_000) - 12;
  let [apart, spread] = [0, 0];
  const steps: [number[], number[]] = [[], []];
  for (let frame = 0; frame < frames; frame++) {
    const [now, next] = [track.at(frame / 30)!, track.at((frame + 1) / 30)!];
    steps[(frame + 1) % 9 === 0 ? 1 : 0].push(
      now.reduce((sum, value, n) => sum + Math.abs(value - next[n]), 0),
    );
    now.forEach((value, n) => {
      apart += (value - expected[frame * PARAMETERS + n]) ** 2;
      spread += (expected[frame * PARAMETERS + n] - neutral[n]) ** 2;
    });
  }
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  const [inside, across] = steps.map(mean);
  console.log(
    `${frames} frames: ${(100 * Math.sqrt(apart / spread)).toFixed(1)} % from the whole, ` +
      `steps ${inside.toFixed(3)} inside slices, ${across.toFixed(3)} across`,
  );
  assert.ok(Math.sqrt(apart / spread) < 0.2);
  assert.ok(across < 1.25 * inside);
});

const avatarRoot = new URL("../static/avatars", import.meta.url).pathname;
const settings = (config: object) => v.parse(face.config, config);

Deno.test("a name with a folder is a LiteAvatar: Tts2Face then asks for the reply's sound and for its files", () => {
  const kinds = (config: object) => kindsOf(face.consumes, settings(config));
  const only = kinds({ avatar_name: NAME, avatars: [NAME] });
  assert.ok(only.includes("audio.reply") && !only.includes("phonemes"), `${only}`);
  const both = kinds({ avatar_name: NAME, avatars: ["mira"] });
  assert.ok(both.includes("audio.reply") && both.includes("phonemes"), `${both}`);
  assert.ok(!kinds({ avatar_name: "mira" }).includes("audio.reply"));
  assert.deepEqual(face.models(settings({ avatar_name: NAME })), [
    "LiteAvatar/weights",
    `LiteAvatar/${NAME}`,
  ]);
  assert.deepEqual(face.models(settings({ avatar_name: "mira" })), []);
  for (const name of ["../x", "a/../b", "a/b/c", "/a", "a/"]) {
    assert.throws(() => settings({ avatar_name: name }));
  }
});

Deno.test("Tts2Face wears a LiteAvatar, and a drawn face in mid-call", async () => {
  const config = settings({ avatar_name: NAME, avatars: ["mira"], size: 256, any_voice: true });
  await using model = await face.load(config, { ...env, modelRoot, avatarRoot });
  const state = await model.open({ id: "anna", video: { codec: "h264", bitrate: 1_000_000 } });
  const ctx = context({ breathe });
  const seen: number[] = [];
  const tick = async (media: number) => {
    const frame = stamp({ kind: "video.tick", media, position: -1, mood: "idle", key: true });
    for await (const reply of model.handle(state, frame, ctx)) {
      if (reply.kind !== "video.reply") continue;
      using decoder = new PictureDecoder("h264");
      seen.push(decoder.decode(reply.data).width);
    }
  };
  await tick(40);
  assert.deepEqual(seen, [360]);
  const choice = stamp({ kind: "face.choose", avatar: "mira", background: "own" });
  for await (const _ of model.handle(state, choice, ctx));
  for (let media = 80; seen.at(-1) === 360 && media < 400_000; media += 40) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    await tick(media);
  }
  assert.equal(seen.at(-1), 256);
  await model.close(state);
});
