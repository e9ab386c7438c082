import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { toInt16 } from "../../audio/pcm.ts";
import { writeWav } from "../../audio/wav.ts";
import { soundReader } from "./sound.ts";

const pcm = Float32Array.from({ length: 500 }, (_, n) => (Math.round(9_000 * Math.sin(n)) + 0) / 32_768);

Deno.test("sound: a WAV file in each piece, at the rate it names", () => {
  const reader = soundReader(24_000);
  const first = reader.push(writeWav(pcm.subarray(0, 200), 22_050));
  const second = reader.push(writeWav(pcm.subarray(200), 22_050));
  assert.deepEqual([...first.pcm, ...second.pcm], [...pcm]);
  assert.deepEqual([first.rate, second.rate], [22_050, 22_050]);
});

Deno.test("sound: bare samples and one WAV file in pieces, cut anywhere", () => {
  const bare = new Uint8Array(toInt16(pcm).buffer);
  const file = writeWav(pcm, 16_000);
  fc.assert(fc.property(fc.boolean(), fc.array(fc.integer({ min: 1, max: 300 })), (wav, sizes) => {
    const bytes = wav ? file : bare;
    // A header that is itself cut is no case: servers send it with the first samples.
    const ends = [60];
    for (const size of sizes) ends.push(Math.min(bytes.length, ends.at(-1)! + size));
    ends.push(bytes.length);
    const reader = soundReader(24_000);
    const out = ends.map((end, n) => reader.push(bytes.slice(ends[n - 1] ?? 0, end)));
    assert.deepEqual(out.flatMap(({ pcm }) => [...pcm]), [...pcm]);
    assert.equal(out.at(-1)!.rate, wav ? 16_000 : 24_000);
  }));
});

Deno.test("sound: a WAV file that is not 16-bit is refused with its format", () => {
  const bytes = writeWav(pcm, 16_000);
  bytes[20] = 3;
  bytes[34] = 32;
  assert.throws(() => soundReader(24_000).push(bytes), /16-bit PCM.*got format 3 with 32 bits/);
});
