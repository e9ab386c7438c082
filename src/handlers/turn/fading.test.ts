import assert from "node:assert/strict";
import { fading } from "./fading.ts";

/** A tone of 200 Hz whose level, dB, is given for every 10 ms. */
function tone(levels: number[]): Float32Array {
  return Float32Array.from({ length: levels.length * 160 }, (_, n) => {
    return Math.sqrt(2) * 10 ** (levels[Math.floor(n / 160)] / 20) * Math.sin(2 * Math.PI * n / 80);
  });
}
const full = Array<number>(100).fill(-20);
const silence = Array<number>(10).fill(-90);
const fall = Array.from({ length: 20 }, (_, n) => -28 - n * 0.8);

Deno.test("who stops in full voice has not faded", () => {
  assert.equal(fading(tone([...full, ...silence])), 0);
});

Deno.test("a voice that dies away has faded for as long as it is heard", () => {
  assert.equal(fading(tone([...full, ...fall, ...silence])), 200);
  assert.equal(fading(tone([...full, ...fall, ...Array(50).fill(-90)])), 200);
  assert.equal(fading(tone([...full, ...Array(90).fill(-30), ...silence])), 800);
});

Deno.test("pauses before it and how loud the microphone is make no difference", () => {
  assert.equal(fading(tone([...full, ...Array(300).fill(-90), ...full, ...fall, ...silence])), 200);
  const quiet = [...full, ...fall, ...silence].map((level) => level - 25);
  assert.equal(fading(tone(quiet)), 200);
});

Deno.test("noise is not taken for a voice that dies away", () => {
  assert.equal(fading(tone([...full, ...Array(15).fill(-40)])), 0);
  assert.equal(fading(tone([...full, ...fall.slice(0, 8), ...Array(15).fill(-42)])), 80);
});

Deno.test("silence and nothing have not faded", () => {
  assert.equal(fading(new Float32Array(0)), 0);
  assert.equal(fading(new Float32Array(16_000)), 0);
});
