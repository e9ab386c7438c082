import assert from "node:assert/strict";
import { createSlicer, type Slice, SPAN } from "./slices.ts";

const ramp = (length: number) => Float32Array.from({ length }, (_, n) => n + 1);

function all(pcm: Float32Array, chunk: number, finish = true): Slice[] {
  const slicer = createSlicer(), slices: Slice[] = [];
  const take = () => {
    for (let slice; (slice = slicer.next());) slices.push(slice);
  };
  for (let at = 0; at < pcm.length; at += chunk) {
    slicer.push(pcm.subarray(at, at + chunk));
    take();
  }
  if (finish) slicer.finish();
  take();
  return slices;
}

Deno.test("slices: the first one is there with 300 ms of sound, and silence is before it", () => {
  assert.equal(all(ramp(4_799), 100, false).length, 0);
  const [first, ...more] = all(ramp(4_800), 100, false);
  assert.equal(more.length, 0);
  assert.equal(first.end, 9);
  assert.equal(first.pcm.length, SPAN * 1_600 / 3);
  assert.deepEqual(first.pcm.slice(0, -4_800), new Float32Array(16_000));
  assert.deepEqual(first.pcm.slice(-4_800), ramp(4_800));
});

Deno.test("slices: each carries what was before it, however the sound comes in", () => {
  const slices = all(ramp(40_000), 777);
  assert.deepEqual(slices, all(ramp(40_000), 40_000));
  slices.forEach(({ end, pcm }, n) => {
    assert.equal(end, 9 * (n + 1));
    const until = end * 1_600 / 3;
    const expected = Float32Array.from({ length: pcm.length }, (_, at) => {
      const sample = until - pcm.length + at;
      return sample >= 0 && sample < 40_000 ? sample + 1 : 0;
    });
    assert.deepEqual(pcm, expected);
  });
  // 40,000 samples are 75 frames, and nine frames before a slice's end are still open.
  assert.equal(slices.at(-1)!.end, 90);
});

Deno.test("slices: a reply without sound has none", () => {
  assert.deepEqual(all(new Float32Array(), 1), []);
});
