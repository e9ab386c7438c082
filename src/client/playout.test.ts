import assert from "node:assert/strict";
import { type PlayoutFigures, watchPlayout } from "./playout.ts";
import type { Timers } from "./timers.ts";

/** Timers whose hands are turned by `pass`, which also lets what was promised come. */
function clock() {
  let waiting: (() => void)[] = [];
  const timers: Timers = {
    now: () => 0,
    after(_, run) {
      waiting.push(run);
      return () => waiting = waiting.filter((one) => one !== run);
    },
  };
  const pass = async () => {
    const due = waiting;
    waiting = [];
    for (const run of due) run();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { timers, pass, waiting: () => waiting.length };
}

Deno.test("playout: the delay is that of the samples since the last look, and stays where nothing is told", async () => {
  const { timers, pass } = clock();
  let figures: PlayoutFigures | undefined;
  using playout = watchPlayout(timers, () => Promise.resolve(figures));
  await pass();
  assert.equal(playout.delay, 30);
  figures = { totalPlayoutDelay: 48_000 * 0.02, totalSamplesCount: 48_000 };
  await pass();
  assert.equal(playout.delay.toFixed(3), "20.000");
  // A headset without wires is put on.
  figures = { totalPlayoutDelay: 48_000 * 0.02 + 96_000 * 0.2, totalSamplesCount: 144_000 };
  await pass();
  assert.equal(playout.delay.toFixed(3), "200.000");
  await pass();
  assert.equal(playout.delay.toFixed(3), "200.000");
});

Deno.test("playout: figures that cannot be are left aside, and nothing is read after the end", async () => {
  const { timers, pass, waiting } = clock();
  let reads = 0;
  const playout = watchPlayout(timers, () => {
    reads++;
    return reads === 1
      ? Promise.reject(new Error("closed"))
      : Promise.resolve({ totalPlayoutDelay: 48_000 * 9, totalSamplesCount: 48_000 });
  });
  await pass();
  await pass();
  assert.equal(playout.delay, 30);
  playout[Symbol.dispose]();
  await pass();
  assert.deepEqual([reads, waiting()], [2, 0]);
});
