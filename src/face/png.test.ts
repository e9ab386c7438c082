import assert from "node:assert/strict";
import { decodePng } from "./png.ts";

const WIDTH = 7, HEIGHT = 5;
const pixel = (x: number, y: number) => [(x * 37 + y * 11) & 255, (x * 5 + y * 91) & 255, (x * y * 7) & 255];

/** A PNG whose rows use the filters 0 to 4 in turn. Checksums are left 0: readers of packs check SHA-256 instead. */
async function encode(type: number, samples: number, sample: (x: number, y: number) => number[]) {
  const line = WIDTH * samples, raw = new Uint8Array(HEIGHT * (line + 1));
  const at = (i: number, y: number) => i < 0 || y < 0 ? 0 : sample(Math.floor(i / samples), y)[i % samples];
  for (let y = 0; y < HEIGHT; y++) {
    raw[y * (line + 1)] = y;
    for (let i = 0; i < line; i++) {
      const left = at(i - samples, y), up = at(i, y - 1), corner = i < samples ? 0 : at(i - samples, y - 1);
      const p = left + up - corner,
        near = [left, up, corner].toSorted((a, b) => Math.abs(p - a) - Math.abs(p - b));
      const guess = [0, left, up, (left + up) >> 1, near[0]][y];
      raw[y * (line + 1) + 1 + i] = at(i, y) - guess;
    }
  }
  const stream = new Blob([raw]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(stream).arrayBuffer());
  const header = new Uint8Array([0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 8, type, 0, 0, 0]);
  return new Uint8Array([
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", header),
    ...chunk("IDAT", data.subarray(0, 20)),
    ...chunk("IDAT", data.subarray(20)),
    ...chunk("IEND", new Uint8Array()),
  ]);
}
function chunk(tag: string, body: Uint8Array): Uint8Array {
  const { length } = body;
  return new Uint8Array([
    0,
    0,
    length >> 8,
    length & 255,
    ...new TextEncoder().encode(tag),
    ...body,
    0,
    0,
    0,
    0,
  ]);
}
const word = (r: number, g: number, b: number, a = 255) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;

Deno.test("decodes RGB with every filter", async () => {
  const { width, height, pixels } = await decodePng(await encode(2, 3, pixel));
  assert.deepEqual([width, height], [WIDTH, HEIGHT]);
  pixels.forEach((p, i) => {
    const [r, g, b] = pixel(i % WIDTH, Math.floor(i / WIDTH));
    assert.equal(p, word(r, g, b));
  });
});

Deno.test("decodes RGBA to premultiplied words", async () => {
  const { pixels } = await decodePng(await encode(6, 4, (x, y) => [...pixel(x, y), x * 40]));
  pixels.forEach((p, i) => {
    const x = i % WIDTH, y = Math.floor(i / WIDTH), alpha = x * 40;
    const [r, g, b] = pixel(x, y).map((c) => Math.floor((c * alpha + 127) / 255));
    assert.equal(p, word(r, g, b, alpha));
  });
});

Deno.test("decodes grey", async () => {
  const { pixels } = await decodePng(await encode(0, 1, (x, y) => [(x * 30 + y) & 255]));
  pixels.forEach((p, i) => {
    const grey = ((i % WIDTH) * 30 + Math.floor(i / WIDTH)) & 255;
    assert.equal(p, word(grey, grey, grey));
  });
});

Deno.test("says what is wrong with a file", async () => {
  const file = await encode(2, 3, pixel);
  await assert.rejects(() => decodePng(new Uint8Array([1, 2, 3])), /signature is missing/);
  await assert.rejects(() => decodePng(file.slice(0, 10)), /header is missing/);
  await assert.rejects(() => decodePng(file.slice(0, 60)), /cut off/);
  await assert.rejects(() => decodePng(file.with(25, 3)), /only 8 bits a sample/);
});
