/**
 * From filter bank frames to what SenseVoice's graph takes: at a low frame rate, several frames stacked into one, and
 * brought to zero mean and unit variance by constants of the training data (FunASR's `WavFrontend.apply_lfr` and
 * `apply_cmvn`; low frame rate: Pundak and Sainath, Interspeech 2016).
 */
import { BANDS } from "./fbank.ts";

/** How frames are stacked and normalised. */
export interface Stacking {
  /** Frames that are stacked into one, and how many frames lie between two stacks: `lfr_m` and `lfr_n`. */
  size: number;
  step: number;
  /** One value for each of `size * 80` features. */
  negativeMean: Float32Array;
  inverseDeviation: Float32Array;
}

/**
 * Stacks and normalises. The first stack begins `(size - 1) / 2` frames before the sound, there and beyond the end the
 * outermost frame is repeated.
 *
 * @param frames [frames, 80]
 * @returns [ceil(frames / step), size * 80]
 */
export function stack(frames: Float32Array, stacking: Stacking): Float32Array<ArrayBuffer> {
  const { size, step, negativeMean, inverseDeviation } = stacking;
  const count = frames.length / BANDS;
  const width = size * BANDS;
  const ahead = (size - 1) >> 1;
  const stacks = new Float32Array(Math.ceil(count / step) * width);
  for (let n = 0; n < stacks.length; n++) {
    const feature = n % width;
    const frame = Math.floor(n / width) * step + Math.floor(feature / BANDS) - ahead;
    const value = frames[Math.max(0, Math.min(count - 1, frame)) * BANDS + feature % BANDS];
    stacks[n] = (value + negativeMean[feature]) * inverseDeviation[feature];
  }
  return stacks;
}
