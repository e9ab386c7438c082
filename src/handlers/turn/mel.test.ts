import assert from "node:assert/strict";
import { BANDS, COLUMNS, logMel, SPAN } from "./mel.ts";
import reference from "./mel.reference.json" with { type: "json" };

/** A rising tone with a second one switched on and off. */
function tones(length: number): Float32Array {
  return Float32Array.from({ length }, (_, n) => {
    return 0.3 * Math.sin(2e-6 * Math.PI * n * n) + (n % 5000 < 2500 ? 0.05 * Math.sin(0.3 * n) : 0);
  });
}

/**
 * The reference was made in Python with `compute_whisper_log_mel_features` of pipecat-ai 1.14.0 (which mirrors
 * transformers' WhisperFeatureExtractor with chunk_length=8 and do_normalize=True):
 *
 *     t = np.arange(length, dtype=np.float64)
 *     x = (0.3*np.sin(2e-6*np.pi*t*t) + 0.05*np.sin(0.3*t)*(t % 5000 < 2500)).astype(np.float32)[-128000:]
 *     x = np.pad(x, (128000 - len(x), 0))
 *     [round(float(v), 4) for v in compute_whisper_log_mel_features(x).reshape(-1)[7::319]]
 */
for (const [name, length] of [["short", 50_000], ["long", 140_000]] as const) {
  Deno.test(`the picture of a ${name} sound is Whisper's`, () => {
    const picture = logMel(tones(length));
    assert.equal(picture.length, BANDS * COLUMNS);
    const values = picture.filter((_, n) => n % 319 === 7);
    assert.equal(values.length, reference[name].length);
    values.forEach((value, n) => {
      assert.ok(
        Math.abs(value - reference[name][n]) < 1e-3,
        `value ${n}: ${value}, not ${reference[name][n]}`,
      );
    });
  });
}

Deno.test("only the last eight seconds count", () => {
  const sound = tones(SPAN + 777);
  assert.deepEqual(logMel(sound), logMel(sound.slice(777)));
});

Deno.test("silence, and no sound at all, have a picture", () => {
  for (const length of [0, 100, SPAN]) {
    assert.ok(logMel(new Float32Array(length)).every((value) => Math.abs(value + 1.5) < 1e-6));
  }
});
