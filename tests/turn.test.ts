import assert from "node:assert/strict";
import * as v from "valibot";
import type { Body, BodyOf, Frame } from "../src/engine/frame.ts";
import type { Model } from "../src/engine/handler.ts";
import { type Completeness, openCompleteness } from "../src/handlers/turn/completeness.ts";
import { handler } from "../src/handlers/turn/smart_turn.ts";
import { context, env, load, readRecording, session, stamp } from "./hearing.ts";

type State = Awaited<ReturnType<typeof handler.load>> extends Model<infer S> ? S : never;

let completeness: Completeness;
let model: Model<State>;
Deno.test.beforeAll(async () => {
  completeness = await openCompleteness(`${env.modelRoot}/smart-turn-v3.2`);
  model = await load(handler);
});
Deno.test.afterAll(async () => {
  await completeness[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

/** A frame with the time, on the session's clock, when it comes. */
type Timed = [at: number, body: Body, turn?: number];

/** Milliseconds of silence after which the VAD tells of a pause, and of an end. */
const PAUSE = 64;
const END = 128;

/** Speech as the VAD hands it on, from `at` ms, which ends in a silence; and its transcript. */
function speech(at: number, opening: Body, pcm: Float32Array, text: string): Timed[] {
  const end = at + pcm.length / 16;
  const chunks: Timed[] = Array.from({ length: Math.ceil(pcm.length / 512) }, (_, n) => {
    const chunk = pcm.slice(n * 512, (n + 1) * 512);
    return [at + (n + 1) * 32, { kind: "audio.speech", pcm: chunk, rate: 16_000 }];
  });
  const silence = (): Body => ({ kind: "audio.speech", pcm: new Float32Array(PAUSE * 16), rate: 16_000 });
  return [
    [at, opening],
    ...chunks,
    [end + PAUSE, silence()],
    [end + PAUSE, { kind: "speech.pause", lead: PAUSE }],
    [end + PAUSE + 20, { kind: "text.user", text, final: true }],
    [end + END, silence()],
    [end + END, { kind: "speech.end", lead: END }],
  ];
}
const START: Body = { kind: "speech.start", lead: 0 };
const { min_delay: SOON, max_end_delay: LATE } = v.parse(handler.config, {});

/** The waits of all judgements of these frames. */
async function judged(frames: Timed[], state?: State, signal?: AbortSignal): Promise<number[]> {
  const caller = state ?? await model.open(session);
  const ctx = signal ? context({ signal }) : context();
  const waits: number[] = [];
  for (const [at, body, turn = 1] of frames) {
    const frame: Frame = { ...stamp(body), at, turn };
    for await (const answer of model.handle(caller, frame, ctx)) {
      assert.equal(answer.kind, "turn.judged");
      waits.push((answer as BodyOf<"turn.judged">).wait);
    }
  }
  return waits;
}

Deno.test("Smart Turn hears what the reference hears", async () => {
  // Pipecat 1.14.0 (`LocalSmartTurnAnalyzerV3`) of the same recordings.
  const expected = { "cards": 0.9893, "austen-0870": 0.9854, "austen-0880": 0.0992 };
  for (const [name, probability] of Object.entries(expected)) {
    const heard = await completeness.judge(await readRecording(name));
    assert.ok(Math.abs(heard - probability) < 0.01, `${name}: ${heard}`);
  }
});

Deno.test("a finished sentence is answered soon, an unfinished one is waited out", async () => {
  const pcm = await readRecording("go-forward");
  assert.equal((await judged(speech(0, START, pcm, "Go forward ten meters."))).at(-1), SOON);
  assert.equal((await judged(speech(0, START, pcm.slice(0, 20_000), "Go forward ten and."))).at(-1), LATE);
});

Deno.test("a final text is judged when it comes and when the silence turns out to be an end", async () => {
  const pcm = await readRecording("go-forward");
  const frames = speech(0, START, pcm, "Go forward ten meters.");
  const partial: Timed = [500, { kind: "text.user", text: "Go", final: false }];
  assert.equal((await judged([...frames.slice(0, 5), partial, ...frames.slice(5)])).length, 2);
  const [text, chunk, end] = frames.splice(-3);
  assert.equal((await judged([...frames, chunk, end, text])).length, 1);
  assert.deepEqual(await judged(speech(0, START, pcm, "")), []);
});

Deno.test("every silence of a turn is judged, whenever its transcript comes", async () => {
  const pcm = await readRecording("cards");
  const half = 28_800;
  const resume: Body = { kind: "speech.resume", lead: 32 };
  for (const gap of [70, 130, 500, 1500]) {
    const state = await model.open(session);
    const first = speech(0, START, pcm.slice(0, half), "Eight of spades, four");
    const at = half / 16 + gap;
    const frames = first.filter(([when]) => when <= at);
    await judged(frames, state);
    const rest = speech(at, resume, pcm.slice(half), "Eight of spades, four of clubs.");
    assert.equal((await judged(rest, state)).length, 2, `after ${gap} ms`);
  }
});

Deno.test("what was typed is complete, whatever it is", async () => {
  const typed = (turn: number): Timed => [9000, { kind: "text.user", text: "and the", final: true }, turn];
  const state = await model.open(session);
  assert.deepEqual(await judged([typed(1)], state), [0]);
  const pcm = (await readRecording("go-forward")).slice(0, 20_000);
  const spoken = speech(100, START, pcm, "Go to the").map(([at, body]): Timed => [at, body, 2]);
  assert.deepEqual(await judged(spoken, state), [LATE, LATE]);
  assert.deepEqual(await judged([typed(3)], state), [0]);
});

Deno.test("a resumed turn is heard with its first part and its pause", async () => {
  const pcm = await readRecording("cards");
  const half = 28_800;
  const state = await model.open(session);
  await judged(speech(0, START, pcm.slice(0, half), "Eight of spades, four"), state);
  const at = half / 16 + 500;
  await judged(
    speech(at, { kind: "speech.resume", lead: 128 }, pcm.slice(half), "Eight of spades, four of clubs."),
    state,
  );
  // 128 ms of silence after the first part and, up to the first chunk, the rest of the pause of 500 ms.
  assert.equal(state.sound.length, Math.min(128_000, pcm.length + 500 * 16 + END * 16));
  assert.deepEqual(state.habit, { pause: 500 - 128, share: 0.3 });
});

Deno.test("a new turn forgets the sound, not the habit; who is answered too soon has only paused", async () => {
  const pcm = await readRecording("go-forward");
  const state = await model.open(session);
  await judged(speech(0, START, pcm, "Go forward ten meters."), state);
  await judged(speech(pcm.length / 16 + 700, START, pcm, "Go forward ten meters."), state);
  assert.equal(state.sound.length, pcm.length + END * 16);
  assert.ok(Math.abs(state.habit.pause - 700) < 1 && state.habit.share === 0.3);
  await judged(speech(30_000, START, pcm, "Go forward ten meters."), state);
  assert.ok(state.habit.share < 0.3);
});

Deno.test("the sound model is asked once in a silence, and only where it counts", async () => {
  const pcm = await readRecording("go-forward");
  const weighty = await load(handler, { audio_weight: 1 });
  const state = await weighty.open(session);
  const heard: (number | null | undefined)[] = [];
  for (const [at, body] of speech(0, START, pcm, "Go forward ten meters.")) {
    await Array.fromAsync(weighty.handle(state, { ...stamp(body), at }, context()));
    heard.push(state.silence?.audio);
  }
  await weighty[Symbol.asyncDispose]();
  assert.ok(heard.at(-4)! > 0.9);
  assert.equal(heard.at(-1), heard.at(-4));
  const deaf = await model.open(session);
  await judged(speech(0, START, pcm, "Go forward ten meters."), deaf);
  assert.equal(deaf.silence?.audio, null);
});

Deno.test("a cancelled turn is not judged", async () => {
  const abort = new AbortController();
  abort.abort();
  const frames = speech(0, START, await readRecording("go-forward"), "Go forward ten meters.");
  assert.deepEqual(await judged(frames, undefined, abort.signal), []);
});

Deno.test("sound of another rate is refused", async () => {
  const frame: Timed = [0, { kind: "audio.speech", pcm: new Float32Array(480), rate: 48_000 }];
  await assert.rejects(judged([frame]), /SmartTurn expects sound of 16000 Hz, got 48000 Hz/);
});
