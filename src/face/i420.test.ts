import assert from "node:assert/strict";
import { toI420, toI420WithAlpha } from "./i420.ts";

/** Y, U, V of a 2×2 picture of one colour. */
function convert(...pixels: number[]): number[] {
  const out = new Uint8Array(6);
  toI420(Uint32Array.from(pixels.length === 1 ? Array(4).fill(pixels[0]) : pixels), 2, out);
  return [...out];
}

Deno.test("black, white and the primaries are where BT.601 puts them", () => {
  const near = (actual: number[], y: number, u: number, v: number) =>
    [y, y, y, y, u, v].forEach((e, i) => assert.ok(Math.abs(actual[i] - e) <= 1, `${actual}`));
  near(convert(0xff000000), 16, 128, 128);
  near(convert(0xffffffff), 235, 128, 128);
  near(convert(0xff0000ff), 81, 90, 240); // red
  near(convert(0xff00ff00), 145, 54, 34); // green
  near(convert(0xffff0000), 41, 240, 110); // blue
});

Deno.test("brightness is per pixel, colour per four", () => {
  const [a, b, c, d, u, v] = convert(0xff000000, 0xffffffff, 0xffffffff, 0xff000000);
  assert.deepEqual([a, b, c, d], [16, 235, 235, 16]);
  assert.deepEqual([u, v], [128, 128]);
});

Deno.test("alpha is the lower half, in grey, and the upper half is the picture itself", () => {
  const pixels = Uint32Array.of(0xff0000ff, 0x80000080, 0, 0x01000000), opaque = new Uint8Array(6);
  toI420(pixels, 2, opaque);
  const out = new Uint8Array(12).fill(1);
  toI420WithAlpha(pixels, 2, out);
  assert.deepEqual([...out.subarray(0, 4)], [...opaque.subarray(0, 4)]);
  assert.deepEqual([...out.subarray(4, 8)], [235, 126, 16, 17]);
  assert.deepEqual([...out.subarray(8)], [opaque[4], 128, opaque[5], 128]);
});
