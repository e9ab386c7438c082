import assert from "node:assert/strict";
import { openness, pictureAt, stepAt } from "./schedule.ts";

Deno.test("schedule: there and back again, with both ends twice", () => {
  const seen = Array.from({ length: 9 }, (_, n) => pictureAt(stepAt(n * 40, 25, 3), 3));
  assert.deepEqual(seen, [0, 1, 2, 2, 1, 0, 0, 1, 2]);
});

Deno.test("schedule: after hours the picture is still the one of its moment", () => {
  const media = 10 * 3_600_000;
  assert.equal(stepAt(media, 25, 150), (media / 40) % 300);
  assert.equal(stepAt(-1, 25, 150), 0);
});

Deno.test("schedule: the mouth closes in five pictures", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map((n) => Math.round(10 * openness(n * 40, 25))), [
    10,
    8,
    6,
    4,
    2,
    0,
    0,
  ]);
});
