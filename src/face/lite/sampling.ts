/** How the drawn face is brought to the size of its box. */

/** Pixels a side of what the nets draw and see. */
export const FACE = 384;

/**
 * How output samples are made of input samples. A bright sample lies between two neighbours, a coloured one is the mean of two
 * bright ones; `first` is where each pair begins, `weights` has two for each pair.
 */
export interface Taps {
  first: Int32Array;
  weights: Float32Array;
}

/** Bilinear, with pixels as areas whose middles are compared, as `cv2.resize` with INTER_LINEAR. */
export function between(start: number, length: number, boxStart: number, boxLength: number): Taps {
  const first = new Int32Array(length), weights = new Float32Array(2 * length);
  const from = Math.round(boxStart), to = Math.round(boxStart + boxLength) - 1;
  for (let n = 0; n < length; n++) {
    // A pixel beyond the box, beside a coloured sample's other half, is like the last one in it.
    const pixel = Math.max(from, Math.min(to, start + n));
    const at = (pixel + 0.5 - boxStart) * FACE / boxLength - 0.5;
    const place = Math.max(0, Math.min(FACE - 1, at));
    first[n] = Math.min(FACE - 2, Math.floor(place));
    weights[2 * n + 1] = place - first[n];
    weights[2 * n] = 1 - weights[2 * n + 1];
  }
  return { first, weights };
}

/** Pairs that are two by two of one sample. */
export function halved({ first, weights }: Taps): Taps {
  return { first, weights: weights.map((weight) => weight / 2) };
}

/** The same with more samples at the end, which show nothing anyway. */
export function padded({ first, weights }: Taps, pairs: number): Taps {
  const longer = { first: new Int32Array(pairs), weights: new Float32Array(2 * pairs) };
  longer.first.set(first);
  longer.weights.set(weights);
  return longer;
}
