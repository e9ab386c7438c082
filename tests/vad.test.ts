import assert from "node:assert/strict";
import * as v from "valibot";
import type { Body, BodyOf } from "../src/engine/frame.ts";
import type { Model } from "../src/engine/handler.ts";
import { concat } from "../src/audio/pcm.ts";
import { handler } from "../src/handlers/vad/silero.ts";
import { answers, context, env, load, microphone, readRecording, session, stamp } from "./hearing.ts";

type State = Awaited<ReturnType<typeof handler.load>> extends Model<infer S> ? S : never;

let model: Model<State>;
let patient: Model<State>;
Deno.test.beforeAll(async () => {
  model = await load(handler);
  // Half a second of silence does not end a sentence here.
  patient = await load(handler, { end_delay: 8_000 });
});
Deno.test.afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await patient[Symbol.asyncDispose]();
});

function kinds(bodies: Body[]): string {
  return bodies.map(({ kind }) => kind).filter((kind) => kind !== "audio.speech").join(" ");
}

function handedOn(bodies: Body[]): Float32Array<ArrayBuffer> {
  return concat(
    bodies.filter((body): body is BodyOf<"audio.speech"> => body.kind === "audio.speech")
      .map(({ pcm }) => pcm),
  );
}

Deno.test("a sentence is cut out once, sample by sample", async () => {
  const pcm = await readRecording("go-forward", 1);
  const out = await answers(patient, microphone(pcm));
  assert.equal(kinds(out), "speech.start speech.pause speech.end");
  assert.deepEqual(out[0], { kind: "speech.start", lead: 128 });
  // 8,000 samples of silence are 16 clips of 32 ms.
  assert.deepEqual(out.at(-1), { kind: "speech.end", lead: 512 });

  const sound = handedOn(out);
  assert.deepEqual(sound.subarray(0, 512), new Float32Array(512));
  assert.deepEqual(sound.subarray(-512), new Float32Array(512));
  const body = sound.subarray(512, -512);
  const from = pcm.findIndex((_, n) => body.every((sample, k) => pcm[n + k] === sample));
  assert.ok(from > 0, "what was handed on is not a piece of what came in");
  // "Go" begins 1.49 s into this sound.
  const start = (from + 1024) / 16_000;
  assert.ok(start > 1.4 && start < 1.6, `speech was found at ${start} s`);
});

Deno.test("the first chunk reaches back, the others are clips of their own buffers", async () => {
  const out = await answers(patient, microphone(await readRecording("go-forward", 1)));
  const chunks = out.filter((body) => body.kind === "audio.speech");
  const lengths = chunks.map(({ pcm }) => pcm.length);
  assert.equal(lengths[0], 512 + 1024 + 2048);
  assert.equal(lengths.at(-1), 512 + 512);
  assert.ok(lengths.slice(1, -1).every((length) => length === 512));
  for (const { pcm, rate } of chunks) {
    assert.equal(rate, 16_000);
    assert.equal(pcm.byteLength, pcm.buffer.byteLength);
  }
});

Deno.test("the size of the microphone's chunks does not matter", async () => {
  const pcm = await readRecording("austen-0880", 0.5);
  const expected = await answers(model, microphone(pcm, 512));
  assert.ok(expected.length > 10);
  for (const size of [160, 320, 1_000, 4_096]) {
    assert.deepEqual(await answers(model, microphone(pcm, size)), expected, `chunks of ${size}`);
  }
});

Deno.test("callers do not hear each other", async () => {
  const [a, b] = [await readRecording("cards", 0.5), await readRecording("austen-0930", 0.5)];
  const alone = [await answers(model, microphone(a)), await answers(model, microphone(b))];
  const side = async (pcm: Float32Array) => {
    const state = await model.open(session);
    const out = await answers(model, microphone(pcm), { state });
    await model.close(state);
    return out;
  };
  assert.deepEqual(await Promise.all([side(a), side(b)]), alone);
});

Deno.test("while the face talks a start is told after half the time, and doubtful sound is none", async () => {
  const pcm = await readRecording("austen-0880", 1);
  const talking: Body = { kind: "reply.sounding", on: true };
  const out = await answers(patient, [talking, ...microphone(pcm)]);
  assert.deepEqual(out[0], { kind: "speech.start", lead: 64 });
  const wary = await load(handler, { talking_threshold: 1 });
  const starts = async (bodies: Body[]) => kinds(await answers(wary, bodies)).includes("speech.start");
  assert.equal(await starts([talking, ...microphone(pcm)]), false);
  assert.equal(await starts([talking, { ...talking, on: false }, ...microphone(pcm)]), true);
  await wary[Symbol.asyncDispose]();
});

Deno.test("soft speech is found", async () => {
  const pcm = (await readRecording("austen-0930", 1)).map((sample) => sample * 0.05);
  assert.equal(kinds(await answers(patient, microphone(pcm))), "speech.start speech.pause speech.end");
});

Deno.test("a caller who leaves is not listened to any more", async () => {
  const ctx = context({ signal: AbortSignal.abort() });
  assert.deepEqual(await answers(model, microphone(await readRecording("go-forward", 1)), { ctx }), []);
});

Deno.test("sound of another rate is refused", async () => {
  const state = await model.open(session);
  const frame = stamp({ kind: "audio.mic", pcm: new Float32Array(480), rate: 48_000 });
  await assert.rejects(
    Array.fromAsync(model.handle(state, frame, context())),
    /SileraVad expects sound of 16000 Hz, got 48000 Hz/,
  );
});

Deno.test("settings: the original's defaults, nothing out of range, nothing unknown", () => {
  assert.deepEqual(v.parse(handler.config, {}), {
    enabled: true,
    model_name: "silero-vad-v5",
    speaking_threshold: 0.5,
    start_delay: 2048,
    pause_delay: 1536,
    end_delay: 2048,
    talking_threshold: 0.7,
    talking_start_delay: 1024,
    buffer_look_back: 1024,
    speech_padding: 512,
  });
  for (const wrong of [{ start_delay: -1 }, { end_delay: 0.5 }, { speaking_threshold: 1.1 }, { speed: 1 }]) {
    assert.equal(v.safeParse(handler.config, wrong).success, false, JSON.stringify(wrong));
  }
});

Deno.test("a folder without a model is named", async () => {
  const modelRoot = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${modelRoot}/silero-vad-v5`);
    const loading = handler.load(v.parse(handler.config, {}), { ...env, modelRoot });
    await assert.rejects(loading, /Expected one "\.onnx" file in ".*silero-vad-v5", found 0/);
  } finally {
    await Deno.remove(modelRoot, { recursive: true });
  }
});
