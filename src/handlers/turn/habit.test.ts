import assert from "node:assert/strict";
import { finished, openHabit, wentOn } from "./habit.ts";

Deno.test("the estimate follows the caller", () => {
  const habit = openHabit();
  wentOn(habit, 600, 0.5);
  assert.deepEqual(habit, { pause: 600, share: 0.5 });
  wentOn(habit, 1000, 0.5);
  assert.deepEqual(habit, { pause: 800, share: 0.75 });
  finished(habit, 0.5);
  assert.deepEqual(habit, { pause: 800, share: 0.375 });
});
