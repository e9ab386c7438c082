/**
 * Where a reply is silent, by the rule of pydub's `detect_silence(sound, 500, -50)`, which the original asks: spans that
 * windows of 500 ms at most -50 dBFS loud cover, looked for every millisecond.
 */
import { FRAME_RATE } from "./slices.ts";

const SAMPLES_PER_MS = 16;
const WINDOW = 500;
/** 16-bit values, as pydub counts; its loudness is a whole number. */
const FULL = 32_768;
const LOUDEST = FULL * 10 ** (-50 / 20);
/** The edges of a silence are softened with this; its values are symmetric. */
const KERNEL = [0.1, 0.2, 0.4, 0.2, 0.1];

/**
 * How much each frame belongs to a silence, 0 to 1.
 *
 * @param pcm 16 kHz, nominally -1..1
 * @param look frames: only what is heard until so long after a frame counts for it, so that the answer does not depend
 * on how much sound happens to be there already; Infinity is the original's rule
 */
export function silences(pcm: Float32Array, frames: number, look = Infinity): Float32Array {
  const milliseconds = Math.floor(pcm.length / SAMPLES_PER_MS);
  const mask = new Uint8Array(frames);
  const energy = energies(pcm, milliseconds);
  const frameOf = (ms: number) => Math.floor(ms * FRAME_RATE / 1000);
  for (let start = 0; start + WINDOW <= milliseconds; start++) {
    const mean = (energy[start + WINDOW] - energy[start]) / (WINDOW * SAMPLES_PER_MS);
    if (Math.floor(Math.sqrt(mean)) > LOUDEST) continue;
    const end = frameOf(start + WINDOW);
    const from = Math.max(frameOf(start), look === Infinity ? 0 : end - look);
    mask.fill(1, from, Math.min(end, frames));
  }
  return soften(mask);
}

/** Sums of squares up to each millisecond, of samples as 16-bit whole numbers. */
function energies(pcm: Float32Array, milliseconds: number): Float64Array {
  const sums = new Float64Array(milliseconds + 1);
  for (let ms = 0, n = 0; ms < milliseconds; ms++) {
    let sum = 0;
    for (const end = n + SAMPLES_PER_MS; n < end; n++) {
      const value = Math.max(-FULL, Math.min(FULL - 1, Math.trunc(pcm[n] * FULL)));
      sum += value * value;
    }
    sums[ms + 1] = sums[ms] + sum;
  }
  return sums;
}

/** Convolved with the kernel; the outermost frames are repeated beyond the ends. */
function soften(mask: Uint8Array): Float32Array {
  const last = mask.length - 1;
  return Float32Array.from(mask, (_, frame) => {
    let sum = 0;
    for (let tap = -2; tap <= 2; tap++) {
      sum += KERNEL[tap + 2] * mask[Math.max(0, Math.min(last, frame + tap))];
    }
    return sum;
  });
}
