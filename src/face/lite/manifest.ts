/** What `manifest.json` of a converted LiteAvatar says (`scripts/convert_lite_avatar.py` writes it). */
import * as v from "valibot";
import { PARAMETERS } from "./track.ts";

export const PACK_FORMAT = "lite-avatar-pack/1";
export const WEIGHTS_FORMAT = "lite-avatar-weights/1";

/** Values that one stack of filter bank frames has: 7 × 80. */
export const STACK = 560;
/** More pictures than any pack has. */
const MOST_PICTURES = 1_000;
/** No file of a pack or of the weights is larger. */
const LARGEST = 1_500_000_000;

const number = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.integer(), v.minValue(1));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LARGEST));
const side = v.pipe(whole, v.minValue(64), v.maxValue(4_096), v.multipleOf(2, "Expected an even number"));
const fileName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9_]+\.(onnx|h264|png|jpg)$/, "Expected a plain name ending in .onnx, .h264, .png or .jpg"),
);
const files = v.record(
  fileName,
  v.strictObject({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), bytes }),
);
const values = (length: number) => v.pipe(v.array(number), v.length(length));

export const PackManifest = v.object({
  format: v.literal(PACK_FORMAT),
  name: v.string(),
  files,
  /** Of the picture that is sent, pixels. */
  width: side,
  height: side,
  /** Background pictures a second. */
  fps: v.pipe(number, v.minValue(1), v.maxValue(120)),
  /** Background pictures, and as many reference pictures. */
  pictures: v.pipe(whole, v.maxValue(MOST_PICTURES)),
  /** `background.h264` shows them there and back again, with a keyframe at every multiple of this. */
  group: whole,
  /** Where each of its pictures ends, bytes. */
  ends: v.array(bytes),
  /** Where the face lies in the picture that is sent. */
  box: v.strictObject({ left: number, top: number, width: number, height: number }),
  /** The mouth at rest. */
  neutral: values(PARAMETERS),
});
export type PackManifest = v.InferOutput<typeof PackManifest>;

export const WeightsManifest = v.object({
  format: v.literal(WEIGHTS_FORMAT),
  files,
  /** The speech net's pieces, in their order. */
  speech: v.pipe(v.array(fileName), v.minLength(1), v.maxLength(50)),
  /** Width of its layers' outputs. */
  size: whole,
  /** What is added to each feature, and what it is then multiplied by. */
  shift: values(STACK),
  scale: values(STACK),
});
export type WeightsManifest = v.InferOutput<typeof WeightsManifest>;

/**
 * @param text the content of `manifest.json`
 * @throws Error in one line: what is wrong, and where
 */
export function parseManifest<T>(text: string, schema: v.GenericSchema<unknown, T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`manifest.json is not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`manifest.json, "${v.getDotPath(issue) ?? ""}": ${issue.message}`);
}
