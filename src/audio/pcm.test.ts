import assert from "node:assert/strict";
import { concat, decibels, rms, toFloat, toInt16 } from "./pcm.ts";

Deno.test("every 16-bit sample survives the way to floats and back", () => {
  const all = Int16Array.from({ length: 65_536 }, (_, n) => n - 32_768);
  assert.deepEqual(toInt16(toFloat(all)), all);
});

Deno.test("what is beyond full scale is clipped", () => {
  assert.deepEqual([...toInt16(Float32Array.of(1, 1.5, -1, -2))], [32_767, 32_767, -32_768, -32_768]);
});

Deno.test("levels", () => {
  assert.equal(rms(new Float32Array(0)), 0);
  assert.equal(rms(Float32Array.of(0.5, -0.5)), 0.5);
  const sine = Float32Array.from({ length: 16_000 }, (_, n) => Math.sin(n * Math.PI / 20));
  assert.ok(Math.abs(decibels(rms(sine)) + 3.01) < 0.01);
  assert.equal(decibels(0), -Infinity);
});

Deno.test("runs are joined in order", () => {
  assert.deepEqual(
    concat([Float32Array.of(1), new Float32Array(0), Float32Array.of(2, 3)]),
    Float32Array.of(1, 2, 3),
  );
});
