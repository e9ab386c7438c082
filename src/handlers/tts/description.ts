/** What the `.onnx.json` beside a Piper voice says of it. */
import * as v from "valibot";

/** Older ones write the name of Python's enumeration too: "PhonemeType.ESPEAK". */
const PhonemeType = v.pipe(
  v.string(),
  v.transform((name) => name.toLowerCase().replace(/^.*\./, "")),
  v.picklist(
    ["espeak", "text", "pinyin"],
    "Phonemes of a kind this program does not know: espeak, text or pinyin",
  ),
);

const Description = v.object({
  audio: v.object({ sample_rate: v.pipe(v.number(), v.integer(), v.minValue(8_000), v.maxValue(48_000)) }),
  espeak: v.object({ voice: v.string() }),
  phoneme_type: v.optional(PhonemeType, "espeak"),
  num_speakers: v.optional(v.pipe(v.number(), v.integer()), 1),
  inference: v.object({ noise_scale: v.number(), length_scale: v.number(), noise_w: v.number() }),
  phoneme_id_map: v.record(v.string(), v.array(v.pipe(v.number(), v.integer()))),
  hop_length: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 256),
});

export type VoiceDescription = v.InferOutput<typeof Description>;

/**
 * Reads a description.
 *
 * @throws {Error} naming the key that is wrong or missing.
 */
export async function readDescription(path: string): Promise<VoiceDescription> {
  const parsed = v.safeParse(Description, JSON.parse(await Deno.readTextFile(path)));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`its description says at "${v.getDotPath(issue)}": ${issue.message}`);
  }
  const { phoneme_id_map } = parsed.output;
  const missing = ["^", "_", "$"].find((symbol) => !phoneme_id_map[symbol]);
  if (missing) throw new Error(`its description has no "${missing}" in "phoneme_id_map"`);
  return parsed.output;
}
