import assert from "node:assert/strict";
import { append, openTake, seam, settle, sound, transcript } from "./take.ts";

const BLOCK = 512;

function blocks(...levels: number[]): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: BLOCK * levels.length }, (_, n) => levels[Math.floor(n / BLOCK)]);
}

Deno.test("the first chunk's speech is what was announced, later chunks count whole", () => {
  const take = openTake(2048);
  append(take, blocks(0, 0, 1, 1, 1, 1));
  assert.equal(take.spoken, 2048);
  append(take, blocks(1));
  assert.equal(take.spoken, 2048 + BLOCK);
  assert.equal(take.length, 7 * BLOCK);
});

Deno.test("quiet at the end is counted until it is loud again", () => {
  const take = openTake(0);
  append(take, blocks(0.5, 0.04, 0.01));
  assert.equal(take.quiet, 2 * BLOCK);
  append(take, blocks(0.03));
  assert.equal(take.quiet, 3 * BLOCK);
  append(take, blocks(0.06));
  assert.equal(take.quiet, 0);
});

Deno.test("long sound is cut in the middle of its quietest place in the second half", () => {
  const levels = Array(40).fill(0.5).fill(0, 4, 10).fill(0.1, 28, 33);
  // One silent block is a gap inside a word.
  levels[22] = 0;
  assert.equal(seam(blocks(...levels)), 30 * BLOCK);
  assert.equal(seam(blocks(1, 1)), 2 * BLOCK);
});

Deno.test("what is settled leaves the sound and stays in the text", () => {
  const take = openTake(0);
  append(take, blocks(1, 2));
  append(take, blocks(3));
  settle(take, BLOCK, "One,");
  settle(take, BLOCK, "");
  assert.deepEqual(sound(take), blocks(3));
  assert.equal(take.length, BLOCK);
  Object.assign(take, { text: "two." });
  assert.equal(transcript(take), "One, two.");
});
