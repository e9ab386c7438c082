import assert from "node:assert/strict";
import { greedy } from "./ctc.ts";

/** Scores of frames in which these tokens win, of five. */
function frames(...winners: number[]): Float32Array {
  return Float32Array.from({ length: winners.length * 5 }, (_, n) => {
    return n % 5 === winners[Math.floor(n / 5)] ? -1 : -3;
  });
}

Deno.test("runs of a token are one, blanks are none, and a blank tells two of a kind apart", () => {
  assert.deepEqual(greedy(frames(0, 3, 3, 0, 4, 2, 2), 5), [3, 4, 2]);
  assert.deepEqual(greedy(frames(3, 0, 3), 5), [3, 3]);
  assert.deepEqual(greedy(frames(1, 2, 1), 5), [1, 2, 1]);
  assert.deepEqual(greedy(frames(0, 0), 5), []);
  assert.deepEqual(greedy(new Float32Array(0), 5), []);
});
