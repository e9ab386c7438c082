/**
 * Smart Turn (github.com/pipecat-ai/smart-turn, version 3): has the speaker finished, by the sound of it? Intonation,
 * pace and the way the last word dies away decide; the words themselves count little.
 */
import { type OnnxModel, openModel } from "../../audio/onnx.ts";
import { BANDS, COLUMNS, logMel } from "./mel.ts";

/** Runs until the engine has optimised the code of the picture. */
const REHEARSALS = 6;

/** A loaded Smart Turn. */
export interface Completeness extends AsyncDisposable {
  /**
   * The probability that a turn ends with this sound of 16 kHz, 0 to 1. Of longer sound the last 8 s count. Blocks the
   * thread for some 40 ms.
   */
  judge(pcm: Float32Array): Promise<number>;
}

/** The one model file of a folder. */
async function findModel(folder: string): Promise<string> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) if (entry.name.endsWith(".onnx")) names.push(entry.name);
  if (names.length === 1) return `${folder}/${names[0]}`;
  throw new Error(`Expected one ".onnx" file in "${folder}", found ${names.length}`);
}

async function run(model: OnnxModel, pcm: Float32Array): Promise<number> {
  const picture = new model.Tensor("float32", logMel(pcm), [1, BANDS, COLUMNS]);
  // The graph ends in a sigmoid, although it calls its output "logits".
  const { logits } = await model.run({ input_features: picture });
  return (logits.data as Float32Array)[0];
}

/**
 * Loads Smart Turn from its folder and runs it until it is fast.
 *
 * @throws {Error} naming the folder or file that is missing or broken.
 */
export async function openCompleteness(folder: string): Promise<Completeness> {
  const model = await openModel(await findModel(folder));
  const noise = Float32Array.from({ length: 64_000 }, (_, n) => 0.01 * Math.sin(n * n));
  for (let n = 0; n < REHEARSALS; n++) logMel(noise);
  await run(model, noise);
  return {
    judge: (pcm) => run(model, pcm),
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}
