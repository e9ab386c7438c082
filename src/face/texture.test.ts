import assert from "node:assert/strict";
import { resize } from "./texture.ts";

Deno.test("resize averages areas", () => {
  const texture = { width: 4, height: 2, pixels: Uint32Array.from([0, 4, 8, 8, 4, 8, 16, 16]) };
  assert.deepEqual([...resize(texture, 2, 1).pixels], [4, 12]);
  assert.equal(resize(texture, 4, 2), texture);
  const flat = { width: 5, height: 5, pixels: new Uint32Array(25).fill(0xff204060) };
  assert.ok(resize(flat, 13, 3).pixels.every((p) => p === 0xff204060));
});
