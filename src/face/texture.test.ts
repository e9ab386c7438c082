import assert from "node:assert/strict";
import { over, resize } from "./texture.ts";

Deno.test("over: opaque hides, transparent shows, half mixes", () => {
  assert.equal(over(0xff102030, 0xff405060), 0xff102030);
  assert.equal(over(0, 0xff405060), 0xff405060);
  const half = over(0x80800000, 0xff0000ff); // half blue over red
  assert.ok(Math.abs((half & 255) - 127) <= 1 && ((half >>> 16) & 255) === 0x80, half.toString(16));
});

Deno.test("resize averages areas", () => {
  const texture = { width: 4, height: 2, pixels: Uint32Array.from([0, 4, 8, 8, 4, 8, 16, 16]) };
  assert.deepEqual([...resize(texture, 2, 1).pixels], [4, 12]);
  assert.equal(resize(texture, 4, 2), texture);
  const flat = { width: 5, height: 5, pixels: new Uint32Array(25).fill(0xff204060) };
  assert.ok(resize(flat, 13, 3).pixels.every((p) => p === 0xff204060));
});
