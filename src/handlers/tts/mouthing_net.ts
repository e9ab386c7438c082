/** The network that hears mouth shapes (scripts/train_lips/net.py): causal convolutions whose memory is handed on. */
import { openModel } from "../../audio/onnx.ts";
import type { Viseme } from "../../face/visemes.ts";
import { BANDS } from "../asr/fbank.ts";

/** What it tells apart, in the order of its output. */
export const SHAPES: readonly (Viseme | "silence")[] = [
  "silence",
  ...["aa", "E", "I", "O", "U", "PP", "SS", "TH", "DD", "FF", "kk", "nn", "RR", "CH"] as const,
];
/** Filter-bank frames (10 ms) in one of its own (20 ms). */
export const PAIR = 2;
/** Frames of its own that it hears beyond the one it tells of. */
export const AHEAD = 8;
/** Of its memory: the frames that all its layers together remember, and the channels of each. */
const ROWS = 40, WIDTH = 112;
/** Frames in one native call at most (2 s), which blocks the thread for some 5 ms. */
const MOST = 100;

export type Memory = Float32Array<ArrayBuffer>;

/** Likelihoods [frame, shape], frame by frame, and what has to be remembered. */
export interface Heard {
  likelihoods: Float32Array;
  frames: number;
  memory: Memory;
}

export interface LipsNet extends AsyncDisposable {
  /** What it knows before the first sound. */
  begin(): Memory;
  /**
   * @param bank log-mel frames of 80 values, one after the other; an even number of frames, at most 200.
   * @param memory of what came before; it is left as it is.
   */
  hear(bank: Float32Array, memory: Memory): Promise<Heard>;
}

/**
 * Loads it and runs it once.
 *
 * @throws {Error} if it cannot be read, or takes or gives anything else than what is said here.
 */
export async function openLipsNet(path: string): Promise<LipsNet> {
  const model = await openModel(path);
  const { Tensor } = model;
  const net: LipsNet = {
    begin: () => new Float32Array(ROWS * WIDTH),
    async hear(bank, memory) {
      const frames = bank.length / (PAIR * BANDS);
      if (!Number.isInteger(frames) || frames === 0 || frames > MOST) {
        throw new RangeError(`Expected 1 to ${MOST} pairs of filter-bank frames, got ${frames}`);
      }
      const { likelihoods, next_state } = await model.run({
        features: new Tensor("float32", bank, [frames, PAIR * BANDS]),
        state: new Tensor("float32", memory, [ROWS, WIDTH]),
      });
      return { likelihoods: likelihoods.data as Float32Array, frames, memory: next_state.data as Memory };
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
  try {
    const { likelihoods } = await net.hear(new Float32Array(PAIR * BANDS), net.begin());
    if (likelihoods.length !== SHAPES.length) {
      throw new Error(`it tells ${likelihoods.length} shapes apart, expected ${SHAPES.length}`);
    }
  } catch (error) {
    await model[Symbol.asyncDispose]();
    throw new Error(`"${path}" is not the network of the lips: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return net;
}
