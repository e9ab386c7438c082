import assert from "node:assert/strict";
import { createGaze } from "./gaze.ts";
import { createRandom } from "./random.ts";

const STEP = 0.001;

Deno.test("jumps last as long as their width asks: some 25 ms for small ones, less than 60 ms for all", () => {
  const gaze = createGaze(createRandom(9));
  const jumps: { width: number; lasts: number }[] = [];
  let from: number[] | null = null, before = [0, 0], began = 0;
  for (let time = 0; time < 300; time += STEP) {
    gaze.step(time, { at: 3, away: 1 }, false);
    const moves = gaze.x !== before[0] || gaze.y !== before[1];
    if (moves && !from) [from, began] = [before, time];
    if (!moves && from) {
      jumps.push({ width: Math.hypot(gaze.x - from[0], gaze.y - from[1]), lasts: time - began });
      from = null;
    }
    before = [gaze.x, gaze.y];
  }
  assert.ok(jumps.length > 200, `${jumps.length}`);
  for (const { width, lasts } of jumps) {
    const expected = 0.021 + 0.0022 * width * 180 / Math.PI;
    assert.ok(Math.abs(lasts - expected) < 0.004 && lasts < 0.06, `${width} rad: ${lasts} s`);
  }
  assert.ok(jumps.every(({ width }) => width < 0.36));
});

Deno.test("a voice brings the eyes back", () => {
  const gaze = createGaze(createRandom(2));
  const habit = { at: 0.5, away: 5 };
  let time = 0;
  while (Math.abs(gaze.x) < 0.08 && time < 60) gaze.step(time += 0.02, habit, false);
  assert.ok(time < 60);
  gaze.step(time += 0.02, habit, true);
  for (let i = 0; i < 15; i++) gaze.step(time += 0.02, habit, false);
  assert.ok(Math.abs(gaze.x) < 0.04, `${gaze.x}`);
});
