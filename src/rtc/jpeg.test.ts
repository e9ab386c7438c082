import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { jpegSize, LONGEST_PICTURE } from "./jpeg.ts";

/** The markers of a JPEG up to its frame header. */
function head(width: number, height: number): Uint8Array {
  const comment = [0xff, 0xfe, 0, 4, 1, 2];
  return new Uint8Array([
    ...[0xff, 0xd8, ...comment, 0xff, 0xc0, 0, 11, 8],
    ...[height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0],
  ]);
}

Deno.test("jpeg: the size stands in the frame header", () => {
  assert.deepEqual(jpegSize(head(512, 384)), { width: 512, height: 384 });
});

Deno.test("jpeg: what is no picture, or too large a one, is said in words", () => {
  assert.equal(jpegSize(new Uint8Array([1, 2, 3])), "the picture is not a JPEG");
  assert.equal(jpegSize(head(512, 384).subarray(0, 14)), "the picture is not a whole JPEG");
  assert.match(jpegSize(head(4096, 384)) as string, /^the picture has 4096 × 384 pixels/);
  assert.match(jpegSize(new Uint8Array(LONGEST_PICTURE + 1)) as string, /^the picture has 61441 bytes/);
});

Deno.test("jpeg: no bytes at all make it throw or hang", () => {
  const start = [0xff, 0xd8, 0xff];
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    jpegSize(new Uint8Array([...start, ...bytes]));
  }));
});
