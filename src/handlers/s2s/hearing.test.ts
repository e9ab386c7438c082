import assert from "node:assert/strict";
import type { Body, Frame, FrameOf } from "../../engine/frame.ts";
import type { Context } from "../../engine/handler.ts";
import { caption, hear, type Hearing, openHearing, soundOf } from "./hearing.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const ctx: Context = {
  signal: new AbortController().signal,
  log,
  now: () => 0,
  waiting: () => false,
  breathe: () => Promise.resolve(),
};
const stamp = (body: Body, at: number, turn = 1): Frame => ({ session: "s", turn, epoch: 0, at, ...body });
const words = (text: string, at: number, turn = 1) =>
  stamp({ kind: "text.user", text, final: true }, at, turn) as FrameOf<"text.user">;

async function give(hearing: Hearing, body: Body, at: number, alone = false): Promise<Body[]> {
  return await Array.fromAsync(hear(hearing, stamp(body, at), alone, ctx));
}

/** Loud noise, so that none of it counts as quiet. */
const noise = (seconds: number) =>
  Float32Array.from({ length: seconds * 16_000 }, (_, n) => Math.sin(n * n) / 2);

async function say(hearing: Hearing, seconds: number, alone = false): Promise<Body[]> {
  const out = await give(hearing, { kind: "speech.start", lead: 32 }, 32, alone);
  for (let at = 0; at < seconds; at += 0.5) {
    const pcm = noise(Math.min(0.5, seconds - at));
    out.push(...await give(hearing, { kind: "audio.speech", pcm, rate: 16_000 }, 1000 * (at + 0.5), alone));
  }
  return [...out, ...await give(hearing, { kind: "speech.pause", lead: 96 }, 1000 * seconds, alone)];
}

Deno.test("hearing: what was said is told from what was typed", async () => {
  const hearing = openHearing();
  assert.equal(soundOf(hearing, words("typed", 10), false), null);
  await say(hearing, 1);
  assert.equal(soundOf(hearing, words("said", 1_200), false)?.length, 16_000);
  assert.equal(soundOf(hearing, words("said again, with more", 1_400), false)?.length, 16_000);
  assert.equal(soundOf(hearing, words("typed at once", 1_500, 2), false), null);
  await say(hearing, 1);
  assert.equal(soundOf(hearing, words("typed after a noise", 5_000, 3), false), null);
});

Deno.test("hearing: the newest minute is kept", async () => {
  const hearing = openHearing();
  await say(hearing, 63.5);
  const sound = soundOf(hearing, words("said", 64_000), false)!;
  assert.equal(sound.length, 60 * 16_000);
});

Deno.test("hearing alone: the turn is ended with a caption that says how long, a cough is nothing", async () => {
  const hearing = openHearing();
  const out = await say(hearing, 2, true);
  const told = out.filter((body) => body.kind === "text.user");
  assert.deepEqual(told.map(({ final }) => final).slice(-2), [false, true]);
  // The first chunk, half a second, is mostly what was heard before the speech.
  assert.match(told.at(-1)!.text, /^🎤 1\.5 s$/u);
  assert.ok(soundOf(hearing, words(told.at(-1)!.text, 2_100), true));
  assert.equal(soundOf(hearing, words("typed", 2_200, 2), true), null);
  const cough = openHearing();
  await give(cough, { kind: "speech.start", lead: 32 }, 32, true);
  await give(cough, { kind: "audio.speech", pcm: noise(0.1), rate: 16_000 }, 100, true);
  const end = await give(cough, { kind: "speech.end", lead: 96 }, 300, true);
  assert.deepEqual(end, [{ kind: "text.user", text: "", final: true }]);
});

Deno.test("hearing: a caption has what counts as a word", () => {
  assert.match(caption(2.44), /^🎤 2\.4 s$/u);
  assert.match(caption(0), /^🎤 0\.1 s$/u);
});
