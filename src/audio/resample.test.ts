import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { resample, Resampler } from "./resample.ts";

const PAIRS = [
  [22_050, 48_000],
  [24_000, 48_000],
  [48_000, 16_000],
  [22_050, 16_000],
  [44_100, 16_000],
  [8_000, 48_000],
  [16_000, 8_000],
  [16_000, 22_050],
  [16_000, 16_000],
] as const;

function tone(frequency: number, rate: number, samples: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: samples }, (_, n) => 0.5 * Math.sin(2 * Math.PI * frequency * n / rate));
}

function energy(pcm: Float32Array): number {
  return pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
}

function noise(seed: number, samples: number): Float32Array<ArrayBuffer> {
  let state = seed >>> 0;
  return Float32Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

Deno.test("chunks joined equal the whole, and the length is exact", () => {
  fc.assert(fc.property(
    fc.constantFrom(...PAIRS),
    fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 12 }),
    fc.integer(),
    ([from, to], sizes, seed) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const input = noise(seed, total);
      const whole = resample(input, from, to);
      assert.equal(whole.length, Math.ceil(total * to / from));
      const resampler = new Resampler(from, to);
      const parts: number[] = [];
      let at = 0;
      for (const size of sizes) {
        const part = resampler.push(input.subarray(at, at += size));
        assert.equal(part.byteLength, part.buffer.byteLength);
        parts.push(...part);
      }
      parts.push(...resampler.flush());
      assert.deepEqual(Float32Array.from(parts), whole);
    },
  ));
});

Deno.test("a flushed resampler is as new", () => {
  const resampler = new Resampler(22_050, 48_000);
  const input = noise(1, 3_000);
  const once = [...resampler.push(input), ...resampler.flush()];
  assert.deepEqual([...resampler.push(input), ...resampler.flush()], once);
});

for (const [from, to] of PAIRS) {
  for (const share of [0.05, 0.4, 0.8]) {
    const frequency = Math.round(share * Math.min(from, to) / 2);
    Deno.test(`a tone of ${frequency} Hz survives ${from} to ${to} Hz in place`, () => {
      const output = resample(tone(frequency, from, from), from, to);
      assert.equal(output.length, to);
      const edge = to / 10;
      const wanted = tone(frequency, to, to).subarray(edge, -edge);
      const error = output.subarray(edge, -edge).map((sample, n) => sample - wanted[n]);
      const snr = 10 * Math.log10(energy(wanted) / energy(error));
      assert.ok(snr > 60, `SNR is only ${snr.toFixed(1)} dB`);
    });
  }
}

for (const [from, to] of [[48_000, 16_000], [22_050, 16_000], [44_100, 16_000], [16_000, 8_000]] as const) {
  Deno.test(`what ${to} Hz cannot hold does not fold back from ${from} Hz`, () => {
    for (const share of [0.05, 0.5, 0.95]) {
      const frequency = to / 2 + share * (from - to) / 2;
      const input = tone(frequency, from, from);
      const output = resample(input, from, to).subarray(to / 10, -to / 10);
      const left = 10 * Math.log10(energy(output) / energy(input));
      assert.ok(left < -60, `${frequency} Hz is still there at ${left.toFixed(1)} dB`);
    }
  });
}

Deno.test("with fewer decibels asked for, what passes is as wide, and less of the rest is kept out", () => {
  const through = (frequency: number, attenuation: number) => {
    const resampler = new Resampler(24_000, 16_000, attenuation);
    const input = tone(frequency, 24_000, 24_000);
    const output = resampler.push(input).subarray(1_600, -1_600);
    return 10 * Math.log10(energy(output) / energy(input));
  };
  for (const attenuation of [50, 80]) {
    assert.ok(Math.abs(through(6_600, attenuation)) < 0.1);
    const left = Math.max(...[8_050, 9_000, 11_500].map((frequency) => through(frequency, attenuation)));
    assert.ok(left < 3 - attenuation, `${left.toFixed(1)} dB are left of ${attenuation}`);
  }
});

Deno.test("a constant stays constant", () => {
  const output = resample(new Float32Array(4_000).fill(0.25), 22_050, 48_000).subarray(1_000, -1_000);
  assert.ok(output.every((sample) => Math.abs(sample - 0.25) < 1e-5));
});

Deno.test("rates out of range are refused with their values", () => {
  assert.throws(() => new Resampler(0, 48_000), /from 0 to 48000 Hz.*8000 to 48000/);
  assert.throws(() => new Resampler(16_000, 16_000.5), RangeError);
});
