/** From what the speech net hears to what the mouth net takes. */
import { SPAN, WINDOW } from "./slices.ts";

/** Mouth frames to a frame of the speech net (60 ms at 30 frames a second), as a fraction. */
const UP = 9;
const DOWN = 5;

/**
 * What the first layer of the speech net takes: the normalised stacks, scaled, with sines of their places added (FunASR's
 * `SinusoidalPositionEncoder`, places counted from 1).
 *
 * @param stacks [frames, width]
 * @param size width of the layers' outputs
 */
export function addPositions(stacks: Float32Array, width: number, size: number): Float32Array<ArrayBuffer> {
  const half = width / 2;
  const scale = Math.sqrt(size);
  const step = Math.log(10_000) / (half - 1);
  return Float32Array.from(stacks, (value, n) => {
    const column = n % width;
    const angle = (Math.floor(n / width) + 1) * Math.exp(-step * (column % half));
    return value * scale + (column < half ? Math.sin(angle) : Math.cos(angle));
  });
}

/**
 * The layers' outputs at the last `WINDOW` mouth frames of a slice, each between the two nearest frames of the speech net.
 * Frame n of the slice is at 5 n / 9, which is time itself; the original stretches what it has over the slice.
 *
 * @param hidden for each group of layers [layers, frames, size]
 * @returns [WINDOW, layers, size]
 */
export function atMouthFrames(
  hidden: readonly Float32Array[],
  frames: number,
  size: number,
): Float32Array<ArrayBuffer> {
  const layers = hidden.reduce((sum, group) => sum + group.length, 0) / (frames * size);
  const out = new Float32Array(WINDOW * layers * size);
  let first = 0;
  for (const group of hidden) {
    const count = group.length / (frames * size);
    for (let n = 0; n < WINDOW; n++) {
      const at = Math.min((n + SPAN - WINDOW) * DOWN / UP, frames - 1);
      const before = Math.min(Math.floor(at), frames - 2);
      const weight = at - before;
      for (let layer = 0; layer < count; layer++) {
        let from = (layer * frames + before) * size;
        let to = (n * layers + first + layer) * size;
        for (const end = to + size; to < end; to++, from++) {
          out[to] = group[from] + (group[from + size] - group[from]) * weight;
        }
      }
    }
    first += count;
  }
  return out;
}
