import assert from "node:assert/strict";
import { fakeTimers } from "./fake_timers.ts";
import { steady } from "./steady.ts";

function stage() {
  const timers = fakeTimers();
  const shown: [number, string][] = [];
  const word = steady<string>((value) => shown.push([timers.now(), value]), timers, 600);
  return { timers, shown, word };
}

Deno.test("steady: the first word shows at once, the next after its time", () => {
  const { timers, shown, word } = stage();
  word.push("listening");
  timers.pass(100);
  word.push("thinking");
  timers.pass(499);
  assert.deepEqual(shown, [[0, "listening"]]);
  timers.pass(1);
  assert.deepEqual(shown, [[0, "listening"], [600, "thinking"]]);
});

Deno.test("steady: of several that come too soon only the newest shows", () => {
  const { timers, shown, word } = stage();
  word.push("speaking");
  timers.pass(10);
  word.push("interrupted");
  timers.pass(10);
  word.push("listening");
  timers.pass(5_000);
  assert.deepEqual(shown, [[0, "speaking"], [600, "listening"]]);
});

Deno.test("steady: a word that comes back before the other was shown just stays", () => {
  const { timers, shown, word } = stage();
  word.push("listening");
  timers.pass(10);
  word.push("thinking");
  word.push("listening");
  timers.pass(5_000);
  assert.deepEqual(shown, [[0, "listening"]]);
});

Deno.test("steady: after its time a word gives way at once", () => {
  const { timers, shown, word } = stage();
  word.push("listening");
  timers.pass(700);
  word.push("thinking");
  assert.deepEqual(shown, [[0, "listening"], [700, "thinking"]]);
});

Deno.test("steady: nothing shows and nothing waits after the end", () => {
  const { timers, shown, word } = stage();
  word.push("listening");
  word.push("thinking");
  word[Symbol.dispose]();
  assert.equal(timers.waiting(), 0);
  timers.pass(5_000);
  assert.equal(shown.length, 1);
});
