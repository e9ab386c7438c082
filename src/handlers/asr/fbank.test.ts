import assert from "node:assert/strict";
import { BANDS, fbank, framesOf } from "./fbank.ts";
import reference from "./fbank.reference.json" with { type: "json" };
import { stack, type Stacking } from "./stacking.ts";

const stacking: Stacking = {
  size: 7,
  step: 6,
  negativeMean: Float32Array.from({ length: 560 }, (_, n) => -8 - n / 100),
  inverseDeviation: Float32Array.from({ length: 560 }, (_, n) => 0.1 + n % 7 / 50),
};

/** A rising tone with a second one switched on and off, over noise; tests/fbank_reference.py makes the same. */
function tones(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, (_, t) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const second = t % 5000 < 2500 ? 0.05 * Math.sin(0.3 * t) : 0;
    return 0.3 * Math.sin(2e-6 * Math.PI * t * t) + second + 0.01 * (state / 2 ** 31 - 1);
  });
}

function near(values: Float32Array, expected: number[], most: number): void {
  const picked = values.filter((_, n) => n % 53 === 5);
  assert.equal(picked.length, expected.length);
  const errors = expected.map((value, n) => Math.abs(value - picked[n]));
  assert.ok(Math.max(...errors) < most, `the largest difference is ${Math.max(...errors)}`);
}

for (const [name, length] of [["short", 6_000], ["long", 40_321]] as const) {
  Deno.test(`the filter bank and the stacks of a ${name} sound are FunASR's`, () => {
    const frames = fbank(tones(length));
    assert.equal(frames.length, framesOf(length) * BANDS);
    near(frames, reference[name].frames, 2e-3);
    near(stack(frames, stacking), reference[name].stacks, 5e-4);
  });
}

Deno.test("frames begin every 10 ms and never reach beyond the sound", () => {
  assert.deepEqual([0, 399, 400, 559, 560, 16_000].map(framesOf), [0, 0, 1, 1, 2, 98]);
  assert.equal(fbank(new Float32Array(399)).length, 0);
});

Deno.test("digital silence has the smallest value", () => {
  assert.ok(fbank(new Float32Array(400)).every((value) => Math.abs(value + 15.9424) < 1e-4));
});

Deno.test("a sound of one frame is stacked from copies of it", () => {
  const plain: Stacking = {
    ...stacking,
    negativeMean: new Float32Array(560),
    inverseDeviation: new Float32Array(560).fill(1),
  };
  const frame = fbank(tones(400));
  assert.deepEqual(stack(frame, plain), Float32Array.from({ length: 560 }, (_, n) => frame[n % BANDS]));
  assert.equal(stack(new Float32Array(0), plain).length, 0);
});
