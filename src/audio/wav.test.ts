import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { toFloat } from "./pcm.ts";
import { readWav, writeWav } from "./wav.ts";

Deno.test("what is written is read again", () => {
  fc.assert(fc.property(fc.int16Array(), fc.integer({ min: 1, max: 192_000 }), (samples, rate) => {
    const pcm = toFloat(samples);
    assert.deepEqual(readWav(writeWav(pcm, rate)), { pcm, rate });
  }));
});

/** A WAV file with the given chunks. */
function file(...chunks: [id: string, body: number[]][]): Uint8Array {
  const text = (value: string) => [...new TextEncoder().encode(value)];
  const size = (n: number) => [n & 255, n >> 8 & 255, 0, 0];
  const body = chunks.flatMap(([id, bytes]) => [
    ...text(id),
    ...size(bytes.length),
    ...bytes,
    ...(bytes.length % 2 ? [0] : []),
  ]);
  return Uint8Array.from([...text("RIFF"), ...size(body.length + 4), ...text("WAVE"), ...body]);
}

const stereo = [1, 0, 2, 0, 0x80, 0x3e, 0, 0, 0, 0xfa, 0, 0, 4, 0, 16, 0];

Deno.test("stereo is mixed down, odd chunks are stepped over", () => {
  const bytes = file(["LIST", [1, 2, 3]], ["fmt ", stereo], ["data", [0, 0x40, 0, 0, 0, 0xc0, 0, 0xc0]]);
  assert.deepEqual(readWav(bytes), { pcm: Float32Array.of(0.25, -0.5), rate: 16_000 });
});

Deno.test("a data chunk that claims too much is read as far as it goes", () => {
  const bytes = writeWav(Float32Array.of(0.5, 0.25, 0), 8_000);
  new DataView(bytes.buffer).setUint32(40, 0xffff_ffff, true);
  assert.deepEqual(readWav(bytes.subarray(0, -1)).pcm, Float32Array.of(0.5, 0.25));
});

Deno.test("what cannot be read is named", () => {
  assert.throws(() => readWav(new Uint8Array(3)), /Expected a WAV file/);
  assert.throws(() => readWav(file(["fmt ", stereo])), /no "data" chunk/);
  assert.throws(() => readWav(file(["data", [0, 0]])), /before its "fmt " chunk/);
  assert.throws(() => readWav(file(["fmt ", [1, 0]])), /cut short/);
  assert.throws(() => readWav(file(["fmt ", stereo.with(0, 3).with(14, 32)])), /got format 3 with 32 bits/);
  assert.throws(() => readWav(file(["fmt ", stereo.with(2, 0)])), /got 0 channels at 16000 Hz/);
});

Deno.test("the recordings of the tests are 16 kHz", async () => {
  const url = new URL("../../tests/recordings/go-forward.wav", import.meta.url);
  const { pcm, rate } = readWav(await Deno.readFile(url));
  assert.equal(rate, 16_000);
  assert.ok(pcm.length > rate);
});
