import assert from "node:assert/strict";
import { mouthing } from "./mouthing.ts";

const RATE = 16_000;
const tone = (seconds: number, hertz: number, level: number) =>
  Float32Array.from({ length: seconds * RATE }, (_, n) => level * Math.sin(2 * Math.PI * hertz * n / RATE));

Deno.test("mouthing: loud is open, soft less so, a hiss shows teeth, silence closes", () => {
  const mouth = mouthing();
  const shapes = [
    ...mouth.push(tone(0.4, 200, 0.5), RATE),
    ...mouth.push(tone(0.4, 200, 0.2), RATE),
    ...mouth.push(tone(0.4, 200, 0.06), RATE),
    ...mouth.push(tone(0.4, 4_000, 0.2), RATE),
    ...mouth.push(new Float32Array(0.4 * RATE), RATE),
  ];
  assert.deepEqual(shapes.map(({ phoneme }) => phoneme), ["ɑ", "ɛ", "m", "s", "_"]);
});

Deno.test("mouthing: the spans follow each other without a gap, however the sound is cut", () => {
  const mouth = mouthing();
  const spans = [0.013, 0.5, 0.0401].flatMap((seconds) => mouth.push(tone(seconds, 300, 0.3), RATE));
  assert.equal(spans[0].start, 0);
  spans.forEach(({ start }, n) => n > 0 && assert.equal(start, spans[n - 1].end));
  assert.ok(Math.abs(spans.at(-1)!.end - (208 + 8000 + 641) / RATE) < 1e-3);
});

Deno.test("mouthing: what is softer than any speech does not move the mouth", () => {
  assert.deepEqual(mouthing().push(tone(0.2, 200, 0.001), RATE).map(({ phoneme }) => phoneme), ["_"]);
});
