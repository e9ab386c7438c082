import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { decibels, rms } from "../../audio/pcm.ts";
import { amplify, fade, gainFor, leadingSilence, trailingSilence } from "./level.ts";

const RATE = 22_050;

/** A tone of a second between silences of 0.2 s and 0.4 s. */
function tone(amplitude: number): Float32Array {
  return Float32Array.from({ length: RATE * 1.6 }, (_, n) => {
    const t = n / RATE - 0.2;
    return t >= 0 && t < 1 ? amplitude * Math.sin(2 * Math.PI * 220 * t) : 0;
  });
}

Deno.test("level: silence at the ends is found to 5 ms, whatever the loudness", () => {
  for (const amplitude of [0.01, 0.1, 1]) {
    const pcm = tone(amplitude);
    const gain = gainFor(pcm, RATE);
    assert.ok(Math.abs(leadingSilence(pcm, RATE, gain) / RATE - 0.2) <= 0.0051);
    assert.ok(Math.abs(trailingSilence(pcm, RATE, gain) / RATE - 0.4) <= 0.0051);
  }
});

Deno.test("level: speech is brought to -20 dBFS, silence stays as it is", () => {
  const pcm = tone(0.01);
  amplify(pcm, gainFor(pcm, RATE));
  assert.ok(Math.abs(decibels(rms(pcm.subarray(RATE * 0.2, RATE * 1.2))) + 20) < 0.2);
  assert.equal(gainFor(new Float32Array(RATE), RATE), 1);
  assert.equal(leadingSilence(new Float32Array(RATE), RATE, 1), RATE);
});

Deno.test("level: whatever the gain, nothing clips, order is kept and small samples are exact", () => {
  const value = fc.float({ min: -2, max: 2, noNaN: true });
  fc.assert(fc.property(fc.array(value), fc.float({ min: 0, max: 8, noNaN: true }), (values, gain) => {
    const sorted = Float32Array.from(values).sort();
    const pcm = sorted.slice();
    amplify(pcm, gain);
    for (const [n, sample] of pcm.entries()) {
      assert.ok(Math.abs(sample) <= 0.85 + 1e-6);
      assert.ok(n === 0 || sample >= pcm[n - 1]);
      if (Math.abs(sorted[n] * gain) < 0.6) assert.equal(sample, Math.fround(sorted[n] * gain));
    }
  }));
});

Deno.test("level: fades begin and end at nothing and touch only the edge", () => {
  const pcm = new Float32Array(10).fill(1);
  fade(pcm, 4, "start");
  fade(pcm, 4, "end");
  assert.deepEqual([...pcm], [0, 0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25, 0]);
});
