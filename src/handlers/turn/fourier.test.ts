import assert from "node:assert/strict";
import { planFourier } from "./fourier.ts";

/** By definition. */
function slow(re: Float64Array, im: Float64Array): [number, number][] {
  return Array.from(re, (_, k) => {
    let [sumRe, sumIm] = [0, 0];
    re.forEach((_, n) => {
      const angle = -2 * Math.PI * k * n / re.length;
      sumRe += re[n] * Math.cos(angle) - im[n] * Math.sin(angle);
      sumIm += re[n] * Math.sin(angle) + im[n] * Math.cos(angle);
    });
    return [sumRe, sumIm];
  });
}

for (const length of [1, 4, 5, 20, 100, 400]) {
  Deno.test(`the transform of ${length} values is the sum it stands for`, () => {
    const re = Float64Array.from({ length }, (_, n) => Math.sin(n * n + 1));
    const im = Float64Array.from({ length }, (_, n) => Math.cos(3 * n * n));
    const expected = slow(re, im);
    planFourier(length)(re, im);
    expected.forEach(([a, b], k) => assert.ok(Math.hypot(re[k] - a, im[k] - b) < 1e-9, `value ${k}`));
  });
}

Deno.test("other lengths are refused", () => {
  assert.throws(() => planFourier(12), /Expected a product of fours and fives, got 12/);
});
