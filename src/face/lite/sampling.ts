/** The drawn face brought to the size of its box, line by line, and blended over a picture. */

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

export function halved({ first, weights }: Taps): Taps {
  return { first, weights: weights.map((weight) => weight / 2) };
}

/** A line between two lines of the face. */
export function mixTwo(plane: Float32Array, { first, weights }: Taps, y: number, row: Float32Array): void {
  const a = weights[2 * y], b = weights[2 * y + 1];
  for (let x = 0, from = first[y] * FACE; x < FACE; x++, from++) {
    row[x] = a * plane[from] + b * plane[from + FACE];
  }
}

/** The mean of two such lines. */
export function mixFour(plane: Float32Array, { first, weights }: Taps, y: number, row: Float32Array): void {
  const a = weights[4 * y], b = weights[4 * y + 1], c = weights[4 * y + 2], d = weights[4 * y + 3];
  let upper = first[2 * y] * FACE, lower = first[2 * y + 1] * FACE;
  for (let x = 0; x < FACE; x++, upper++, lower++) {
    row[x] = a * plane[upper] + b * plane[upper + FACE] + c * plane[lower] + d * plane[lower + FACE];
  }
}

type Across = (
  row: Float32Array,
  columns: Taps,
  share: Float32Array,
  shareAt: number,
  picture: Uint8Array,
  at: number,
  width: number,
) => void;

/** Blends a line of bright samples over the picture; written values are rounded by the half. */
export const fromPair: Across = (row, { first, weights }, share, shareAt, picture, at, width) => {
  for (let x = 0; x < width; x++, at++) {
    const from = first[x];
    const value = weights[2 * x] * row[from] + weights[2 * x + 1] * row[from + 1];
    picture[at] += (value - picture[at]) * share[shareAt + x] + 0.5;
  }
};

/** The same for coloured ones. */
export const fromPairs: Across = (row, { first, weights }, share, shareAt, picture, at, width) => {
  for (let x = 0; x < width; x++, at++) {
    const left = first[2 * x], right = first[2 * x + 1], w = 4 * x;
    const value = weights[w] * row[left] + weights[w + 1] * row[left + 1] + weights[w + 2] * row[right] +
      weights[w + 3] * row[right + 1];
    picture[at] += (value - picture[at]) * share[shareAt + x] + 0.5;
  }
};
