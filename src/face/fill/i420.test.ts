import assert from "node:assert/strict";
import { createStore } from "./memory.ts";

/** Planes of a picture of these pixels, row by row. */
function convert(pixels: ArrayLike<number>, transparent = false): Uint8Array {
  const size = Math.sqrt(pixels.length), store = createStore(64 * 1024), { program } = store;
  const picture = store.put(Uint32Array.from(pixels)), planes = store.reserve(3 * size * size);
  if (transparent) program.toI420WithAlpha(picture, size, planes);
  else program.toI420(picture, size, size, planes);
  return store.bytes(planes, size * size * (transparent ? 3 : 1.5));
}

Deno.test("black, white and the primaries are where BT.601 puts them", () => {
  const near = (pixel: number, y: number, u: number, v: number) => {
    const planes = convert(new Array(16).fill(pixel)), expected = [...new Array(16).fill(y)];
    [...expected, u, u, u, u, v, v, v, v].forEach((e, i) => {
      assert.ok(Math.abs(planes[i] - e) <= 1, `${pixel.toString(16)}: ${planes}`);
    });
  };
  near(0xff000000, 16, 128, 128);
  near(0xffffffff, 235, 128, 128);
  near(0xff0000ff, 81, 90, 240); // red
  near(0xff00ff00, 145, 54, 34); // green
  near(0xffff0000, 41, 240, 110); // blue
});

/** ITU-R BT.601-7, in whole numbers. */
function plain(pixels: Uint32Array, size: number): number[] {
  const channel = (o: number, shift: number) => (pixels[o] >>> shift) & 255;
  const luma = Array.from(
    pixels,
    (_, o) => (66 * channel(o, 0) + 129 * channel(o, 8) + 25 * channel(o, 16) + 4224) >> 8,
  );
  const blocks = Array.from({ length: size * size / 4 }, (_, b) => {
    const o = 2 * Math.floor(b / (size / 2)) * size + 2 * (b % (size / 2));
    const mean = (shift: number) =>
      [o, o + 1, o + size, o + size + 1].reduce((s, p) => s + channel(p, shift), 0) >> 2;
    return [mean(0), mean(8), mean(16)];
  });
  const difference = (red: number, green: number, blue: number) =>
    blocks.map(([r, g, b]) => (red * r + green * g + blue * b + 32_896) >> 8);
  return [...luma, ...difference(-38, -74, 112), ...difference(112, -94, -18)];
}

Deno.test("any colours, also where a row is no multiple of four pixels", () => {
  let state = 1;
  const random = () => state = (state * 1_664_525 + 1_013_904_223) >>> 0;
  for (const size of [4, 6, 16, 22]) {
    const pixels = Uint32Array.from({ length: size * size }, random);
    assert.deepEqual([...convert(pixels)], plain(pixels, size), `${size} pixels`);
  }
});

Deno.test("alpha is the lower half, in grey, and the upper half is the picture itself", () => {
  const pixels = new Array(16).fill(0xff0000ff);
  pixels.splice(0, 4, 0x80000080, 0, 0x01000000, 0xff0000ff);
  const opaque = convert(pixels), both = convert(pixels, true);
  assert.deepEqual(both.subarray(0, 16), opaque.subarray(0, 16));
  assert.deepEqual([...both.subarray(16, 21)], [126, 16, 17, 235, 235]);
  const [u, v] = [both.subarray(32, 40), both.subarray(40)];
  assert.deepEqual([...u], [...opaque.subarray(16, 20), 128, 128, 128, 128]);
  assert.deepEqual([...v], [...opaque.subarray(20), 128, 128, 128, 128]);
});
