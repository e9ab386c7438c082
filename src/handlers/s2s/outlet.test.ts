import assert from "node:assert/strict";
import type { Body } from "../../engine/frame.ts";
import type { Context } from "../../engine/handler.ts";
import { createOutlet } from "./outlet.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const never = new AbortController().signal;

function context(waiting: () => boolean = () => false): Context {
  return { signal: never, log, now: () => performance.now(), waiting, breathe: () => Promise.resolve() };
}

const word = (delta: string): Body => ({ kind: "text.reply", delta, last: false });
const sound = (seconds: number): Body => ({
  kind: "audio.reply",
  pcm: new Float32Array(seconds * 100),
  rate: 100,
  last: false,
});

async function drained(outlet: ReturnType<typeof createOutlet>, waiting?: () => boolean): Promise<Body[]> {
  const out: Body[] = [];
  for await (const body of outlet.drain(context(waiting), ["audio.speech"])) out.push(body);
  return out;
}

Deno.test("outlet: an answer is left while a frame waits, and goes on from there", async () => {
  const outlet = createOutlet();
  const answer = async function* () {
    yield word("one");
    yield word("two");
    await pause(30);
    yield word("three");
  };
  outlet.open(answer(), never);
  let looks = 0;
  assert.deepEqual(await drained(outlet, () => looks++ > 0), [word("one")]);
  assert.deepEqual(await drained(outlet, () => true), []);
  assert.deepEqual(await drained(outlet), [word("two"), word("three")]);
  assert.deepEqual(await drained(outlet), []);
});

Deno.test("outlet: it does not wait for a slow answer while a frame waits", async () => {
  const outlet = createOutlet();
  const slow = Promise.withResolvers<void>();
  const answer = async function* () {
    await slow.promise;
    yield word("late");
  };
  outlet.open(answer(), never);
  const since = performance.now();
  await drained(outlet, () => performance.now() - since > 50);
  assert.ok(performance.now() - since < 1_000);
  slow.resolve();
  assert.deepEqual(await drained(outlet), [word("late")]);
});

Deno.test("outlet: sound goes out about a second ahead, so that nobody is made to wait for room", async () => {
  const outlet = createOutlet();
  const answer = async function* () {
    for (let n = 0; n < 5; n++) yield sound(0.4);
  };
  outlet.open(answer(), never);
  const since = performance.now();
  const times: number[] = [];
  for await (const body of outlet.drain(context(), [])) {
    if (body.kind === "audio.reply") times.push(performance.now() - since);
  }
  assert.equal(times.length, 5);
  // The first three are 1.2 s, of which the speaker has played none.
  assert.ok(times[2] < 150, `${times}`);
  assert.ok(times[3] >= 180, `${times}`);
  assert.ok(times[4] >= 580 && times[4] < 2_000, `${times}`);
});

Deno.test("outlet: a cancelled answer is ended by the next frame, and its source with it", async () => {
  const outlet = createOutlet();
  const cancel = new AbortController();
  let ended = false;
  const answer = async function* () {
    try {
      yield word("one");
      yield word("two");
    } finally {
      ended = true;
    }
  };
  outlet.open(answer(), cancel.signal);
  let given = 0;
  await drained(outlet, () => given++ > 1);
  cancel.abort();
  assert.deepEqual(await drained(outlet), []);
  assert.ok(ended);
});
