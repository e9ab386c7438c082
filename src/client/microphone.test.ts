import assert from "node:assert/strict";
import { loudness } from "./microphone.ts";

const tone = (amplitude: number) =>
  Float32Array.from({ length: 1024 }, (_, n) => amplitude * Math.sin(n / 5));

Deno.test("microphone: silence is 0, loud speech is 1, and between them it grows", () => {
  assert.equal(loudness(new Float32Array(1024)), 0);
  assert.equal(loudness(tone(0.001)), 0);
  assert.equal(loudness(tone(0.9)), 1);
  const quiet = loudness(tone(0.01));
  const normal = loudness(tone(0.1));
  assert.ok(0 < quiet && quiet < normal && normal < 1, `${quiet} ${normal}`);
});
