import assert from "node:assert/strict";
import type { PhonemeSpan } from "../../engine/frame.ts";
import { mouthingByLoudness } from "./mouthing_loudness.ts";
import { openMouths } from "./mouthing.ts";

const RATE = 16_000;
const tone = (seconds: number, hertz: number, level: number) =>
  Float32Array.from({ length: seconds * RATE }, (_, n) => level * Math.sin(2 * Math.PI * hertz * n / RATE));

async function shapes(...sounds: Float32Array[]): Promise<PhonemeSpan[]> {
  const mouth = mouthingByLoudness();
  const spans: PhonemeSpan[] = [];
  for (const sound of sounds) spans.push(...await mouth.push(sound, RATE));
  return [...spans, ...await mouth.finish()];
}

Deno.test("mouthing by loudness: loud is open, soft less so, a hiss shows teeth, silence closes", async () => {
  const spans = await shapes(
    tone(0.4, 200, 0.5),
    tone(0.4, 200, 0.2),
    tone(0.4, 200, 0.06),
    tone(0.4, 4_000, 0.2),
    new Float32Array(0.4 * RATE),
  );
  assert.deepEqual(spans.map(({ phoneme }) => phoneme), ["ɑ", "ɛ", "m", "s", "_"]);
});

Deno.test("mouthing by loudness: the spans follow each other without a gap, however the sound is cut", async () => {
  const spans = await shapes(...[0.013, 0.5, 0.0401].map((seconds) => tone(seconds, 300, 0.3)));
  assert.equal(spans[0].start, 0);
  spans.forEach(({ start }, n) => n > 0 && assert.equal(start, spans[n - 1].end));
  assert.ok(Math.abs(spans.at(-1)!.end - (208 + 8000 + 641) / RATE) < 1e-3);
});

Deno.test("mouthing by loudness: what is softer than any speech does not move the mouth", async () => {
  assert.deepEqual((await shapes(tone(0.2, 200, 0.001))).map(({ phoneme }) => phoneme), ["_"]);
});

Deno.test("mouthing: a network that is missing or broken is one line, and loudness goes on", async () => {
  const folder = await Deno.makeTempDir();
  const broken = `${folder}/broken.onnx`;
  await Deno.writeTextFile(broken, "no network");
  for (const path of [`${folder}/missing.onnx`, broken]) {
    const lines: string[] = [];
    const quiet = () => {};
    const log = { debug: quiet, info: quiet, warn: (line: string) => void lines.push(line), error: quiet };
    await using mouths = await openMouths(log, path);
    assert.equal(lines.length, 1);
    assert.match(lines[0], /^The lips follow how loud the voice is, .*onnx.*scripts\/train_lips\.$/s);
    assert.equal((await mouths.open().push(tone(0.2, 200, 0.5), RATE))[0].phoneme, "ɑ");
  }
  await Deno.remove(folder, { recursive: true });
});
