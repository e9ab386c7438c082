import assert from "node:assert/strict";
import { believe, contour, lifeless, loop } from "./guard.ts";

/** A tone with the given amplitude for each block of 32 ms. */
function blocks(...amplitudes: number[]): Float32Array {
  return Float32Array.from(
    { length: 512 * amplitudes.length },
    (_, n) => amplitudes[Math.floor(n / 512)] * Math.sin(n * Math.PI / 8),
  );
}

Deno.test("the contour of a sound", () => {
  const { loudest, contrast, active } = contour(blocks(0, 0.001, 0.2, 0.001, 0.1, 0.2, 0.2, 0, 0));
  assert.ok(Math.abs(loudest + 17) < 0.1);
  assert.ok(Math.abs(contrast - 46) < 0.1);
  assert.equal(active, 3 * 32);
  assert.deepEqual(contour(new Float32Array(0)), { loudest: -Infinity, contrast: 0, active: 0 });
});

Deno.test("silence, hiss and hum are lifeless, quiet speech is not", () => {
  assert.ok(lifeless(contour(new Float32Array(16_000))));
  assert.ok(lifeless(contour(blocks(...Array(30).fill(0.1)))));
  assert.ok(lifeless(contour(blocks(0.0001, 0.001, 0.002, 0.0001))));
  assert.ok(!lifeless(contour(blocks(0.001, 0.004, 0.01, 0.008, 0.002))));
});

Deno.test("phrases the model makes up are believed only of a sound that can hold them", () => {
  const spoken = { loudest: -20, contrast: 30, active: 300 };
  const hiss = { loudest: -20, contrast: 7, active: 900 };
  const click = { loudest: -10, contrast: 40, active: 64 };
  for (const phrase of ["You", "Thank you.", "So,"]) {
    assert.equal(believe(phrase, spoken), phrase);
    assert.equal(believe(phrase, hiss), "");
    assert.equal(believe(phrase, click), "");
  }
  assert.equal(believe("Thank you for the coffee.", click), "Thank you for the coffee.");
  assert.equal(believe("♪♪", spoken), "");
  assert.equal(believe("好", spoken), "好");
});

Deno.test("loops are cut to one turn, and people may repeat themselves", () => {
  assert.equal(loop([5, 1, 2, 3, 1, 2, 3, 1, 2, 3]), 4);
  assert.equal(loop([7, 7, 7, 7, 7, 7, 7, 7]), 1);
  assert.equal(loop([9, 4, 5, 4, 5, 4, 5, 4, 5]), 3);
  assert.equal(loop([4, 5, 4, 5, 4, 5]), 0);
  assert.equal(loop([7, 7, 7]), 0);
  assert.equal(loop([1, 2, 3, 4, 1, 2, 3, 4]), 0);
  assert.equal(loop([]), 0);
});
