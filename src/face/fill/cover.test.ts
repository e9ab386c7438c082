import assert from "node:assert/strict";
import { createStore } from "./memory.ts";

Deno.test("cover: opaque hides, transparent shows, half mixes, also side by side", () => {
  const store = createStore(64 * 1024);
  const below = [0xff405060, 0xff405060, 0xff0000ff, 0xff405060, ...new Array(12).fill(0xff010203)];
  const above = [0xff102030, 0, 0x80800000, 0xffffffff, ...new Array(8).fill(0xff445566), 0, 0, 0, 0];
  const picture = store.put(Uint32Array.from(below));
  store.program.cover(picture, store.put(Uint32Array.from(above)), 16);
  const pixels = store.words(picture, 16);
  assert.deepEqual([pixels[0], pixels[1], pixels[3]], [0xff102030, 0xff405060, 0xffffffff]);
  // Half blue over red.
  assert.ok(Math.abs((pixels[2] & 255) - 127) <= 1 && ((pixels[2] >>> 16) & 255) === 0x80);
  assert.deepEqual([...pixels.subarray(4, 12)], above.slice(4, 12));
  assert.deepEqual([...pixels.subarray(12)], below.slice(12));
});
