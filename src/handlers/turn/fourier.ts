/** The discrete Fourier transform of short blocks whose length is a product of fours and fives. */

/** Transforms `length` complex values in place. */
export type Fourier = (re: Float64Array, im: Float64Array) => void;

interface Stage {
  radix: 4 | 5;
  /** Length of the sub-transforms of this stage, and how many of them lie interleaved. */
  length: number;
  stride: number;
  /** Cosine and sine of the twiddle of place `p` and output `k`, at `p * radix + k`. */
  cos: Float64Array;
  sin: Float64Array;
}

function stagesOf(whole: number): Stage[] {
  const stages: Stage[] = [];
  for (let length = whole, stride = 1; length > 1;) {
    const radix = length % 4 === 0 ? 4 : 5;
    if (length % radix !== 0) throw new Error(`Expected a product of fours and fives, got ${whole}`);
    const angles = Float64Array.from({ length }, (_, n) => {
      return -2 * Math.PI * Math.floor(n / radix) * (n % radix) / length;
    });
    stages.push({ radix, length, stride, cos: angles.map(Math.cos), sin: angles.map(Math.sin) });
    length /= radix;
    stride *= radix;
  }
  return stages;
}

/** Cosine and sine of j * k fifths of a turn, at `5 * j + k`. */
const FIFTHS_COS = Float64Array.from(
  { length: 25 },
  (_, n) => Math.cos(0.4 * Math.PI * (n % 5) * Math.floor(n / 5)),
);
const FIFTHS_SIN = Float64Array.from(
  { length: 25 },
  (_, n) => Math.sin(0.4 * Math.PI * (n % 5) * Math.floor(n / 5)),
);

type Plane = [re: Float64Array, im: Float64Array];

function four([re, im]: Plane, [outRe, outIm]: Plane, { length, stride, cos, sin }: Stage): void {
  const quarter = length / 4;
  for (let p = 0; p < quarter; p++) {
    for (let q = 0; q < stride; q++) {
      const a = q + stride * p;
      const b = a + stride * quarter;
      const c = a + 2 * stride * quarter;
      const d = a + 3 * stride * quarter;
      const sumRe = re[a] + re[c];
      const sumIm = im[a] + im[c];
      const difRe = re[a] - re[c];
      const difIm = im[a] - im[c];
      const addRe = re[b] + re[d];
      const addIm = im[b] + im[d];
      const subRe = re[b] - re[d];
      const subIm = im[b] - im[d];
      const to = q + stride * 4 * p;
      outRe[to] = sumRe + addRe;
      outIm[to] = sumIm + addIm;
      turn(outRe, outIm, to + stride, difRe + subIm, difIm - subRe, cos[4 * p + 1], sin[4 * p + 1]);
      turn(outRe, outIm, to + 2 * stride, sumRe - addRe, sumIm - addIm, cos[4 * p + 2], sin[4 * p + 2]);
      turn(outRe, outIm, to + 3 * stride, difRe - subIm, difIm + subRe, cos[4 * p + 3], sin[4 * p + 3]);
    }
  }
}

/** Writes the value `re + i im`, turned by a twiddle. */
function turn(
  outRe: Float64Array,
  outIm: Float64Array,
  at: number,
  re: number,
  im: number,
  cos: number,
  sin: number,
): void {
  outRe[at] = re * cos - im * sin;
  outIm[at] = re * sin + im * cos;
}

function five([re, im]: Plane, [outRe, outIm]: Plane, { length, stride, cos, sin }: Stage): void {
  const step = stride * length / 5;
  for (let p = 0; p < length / 5; p++) {
    for (let q = 0; q < stride; q++) {
      const a = q + stride * p;
      const b = a + step;
      const c = a + 2 * step;
      const d = a + 3 * step;
      const e = a + 4 * step;
      // Outputs k and 5 - k share these sums: the inputs pair up as mirror images.
      const beRe = re[b] + re[e];
      const beIm = im[b] + im[e];
      const ebRe = re[b] - re[e];
      const ebIm = im[b] - im[e];
      const cdRe = re[c] + re[d];
      const cdIm = im[c] + im[d];
      const dcRe = re[c] - re[d];
      const dcIm = im[c] - im[d];
      const to = q + stride * 5 * p;
      outRe[to] = re[a] + beRe + cdRe;
      outIm[to] = im[a] + beIm + cdIm;
      for (let k = 1; k < 3; k++) {
        const c1 = FIFTHS_COS[5 + k];
        const c2 = FIFTHS_COS[10 + k];
        const s1 = FIFTHS_SIN[5 + k];
        const s2 = FIFTHS_SIN[10 + k];
        const evenRe = re[a] + c1 * beRe + c2 * cdRe;
        const evenIm = im[a] + c1 * beIm + c2 * cdIm;
        const oddRe = s1 * ebRe + s2 * dcRe;
        const oddIm = s1 * ebIm + s2 * dcIm;
        const low = 5 * p + k;
        const high = 5 * p + 5 - k;
        turn(outRe, outIm, to + k * stride, evenRe + oddIm, evenIm - oddRe, cos[low], sin[low]);
        turn(outRe, outIm, to + (5 - k) * stride, evenRe - oddIm, evenIm + oddRe, cos[high], sin[high]);
      }
    }
  }
}

/**
 * Plans transforms of one length; the result owns its buffers and is not to be used by two at once. The algorithm is
 * Stockham's, which needs no reordering (Govindaraju et al., SC 2008, section 3).
 *
 * @throws {Error} if the length is not a product of fours and fives.
 */
export function planFourier(length: number): Fourier {
  const stages = stagesOf(length);
  const spare: Plane = [new Float64Array(length), new Float64Array(length)];
  return (re, im) => {
    let from: Plane = [re, im];
    let to = spare;
    for (const stage of stages) {
      (stage.radix === 4 ? four : five)(from, to, stage);
      [from, to] = [to, from];
    }
    if (from[0] === re) return;
    re.set(from[0]);
    im.set(from[1]);
  };
}
