/**
 * Kaldi's log-mel filter bank as FunASR's `WavFrontend` sets it up: 25 ms Hamming windows every 10 ms without padding at
 * the ends (`snip_edges`), no dither, pre-emphasis 0.97, 80 triangles between 20 Hz and 8 kHz on the HTK mel scale, and
 * sound in the range of 16-bit integers (github.com/csukuangfj/kaldi-native-fbank; `feature-window.cc`,
 * `mel-computations.cc`, `feature-fbank.cc`).
 */
import { planFourier } from "../turn/fourier.ts";

/** Values per frame. */
export const BANDS = 80;

const RATE = 16_000;
const WINDOW = 400;
const HOP = 160;
const LENGTH = 512;
const BINS = LENGTH / 2;
const EMPHASIS = 0.97;
const LOWEST = 20;
/** Of 32-bit numbers: Kaldi's smallest power. */
const EPSILON = 2 ** -23;

/** Hamming's window, for samples of -1..1 as if they were 16-bit integers. */
const HAMMING = Float64Array.from(
  { length: WINDOW },
  (_, n) => 32_768 * (0.54 - 0.46 * Math.cos(2 * Math.PI * n / (WINDOW - 1))),
);
const COS = Float64Array.from({ length: BINS }, (_, k) => Math.cos(2 * Math.PI * k / LENGTH));
const SIN = Float64Array.from({ length: BINS }, (_, k) => Math.sin(2 * Math.PI * k / LENGTH));
const fourier = planFourier(BINS);

/** A triangle over the bins from `from` on. */
interface Band {
  from: number;
  weights: Float64Array;
}

const mel = (frequency: number) => 1127 * Math.log(1 + frequency / 700);

const bands: Band[] = Array.from({ length: BANDS }, (_, band) => {
  const [low, high] = [mel(LOWEST), mel(RATE / 2)];
  const [left, mid, right] = [band, band + 1, band + 2].map((edge) =>
    low + (high - low) * edge / (BANDS + 1)
  );
  const whole = Array.from({ length: BINS }, (_, bin) => {
    const at = mel(bin * RATE / LENGTH);
    return Math.max(0, Math.min((at - left) / (mid - left), (right - at) / (right - mid)));
  });
  const from = whole.findIndex((weight) => weight > 0);
  const end = whole.findLastIndex((weight) => weight > 0) + 1;
  return { from, weights: Float64Array.from(whole.slice(from, end)) };
});

/** How many frames sound of so many samples has. */
export function framesOf(samples: number): number {
  return samples < WINDOW ? 0 : 1 + Math.floor((samples - WINDOW) / HOP);
}

/**
 * One window: without its mean, pre-emphasised, weighted; even samples as real, odd ones as imaginary parts. What is
 * beyond the window stays zero.
 */
function prepare(pcm: Float32Array, at: number, re: Float64Array, im: Float64Array): void {
  let mean = 0;
  for (let n = 0; n < WINDOW; n++) mean += pcm[at + n];
  mean /= WINDOW;
  let before = pcm[at] - mean;
  for (let n = 0; n < WINDOW; n += 2) {
    const even = pcm[at + n] - mean, odd = pcm[at + n + 1] - mean;
    re[n >> 1] = (even - EMPHASIS * before) * HAMMING[n];
    im[n >> 1] = (odd - EMPHASIS * even) * HAMMING[n + 1];
    before = odd;
  }
  re.fill(0, WINDOW / 2);
  im.fill(0, WINDOW / 2);
}

/** The powers of the real signal whose even and odd samples were transformed together; bins k and 256 - k share sums. */
function powers(re: Float64Array, im: Float64Array, power: Float64Array): void {
  power[0] = (re[0] + im[0]) ** 2;
  for (let k = 1; k <= BINS / 2; k++) {
    const mirror = BINS - k;
    const evenRe = (re[k] + re[mirror]) / 2;
    const evenIm = (im[k] - im[mirror]) / 2;
    const oddRe = (im[k] + im[mirror]) / 2;
    const oddIm = (re[mirror] - re[k]) / 2;
    const turnedRe = COS[k] * oddRe + SIN[k] * oddIm;
    const turnedIm = COS[k] * oddIm - SIN[k] * oddRe;
    power[mirror] = (evenRe - turnedRe) ** 2 + (evenIm - turnedIm) ** 2;
    power[k] = (evenRe + turnedRe) ** 2 + (evenIm + turnedIm) ** 2;
  }
}

/** The frames of a sound of 16 kHz, nominally -1..1, one after the other: [frames, 80]. */
export function fbank(pcm: Float32Array): Float32Array<ArrayBuffer> {
  const frames = framesOf(pcm.length);
  const values = new Float32Array(frames * BANDS);
  const [re, im, power] = [new Float64Array(BINS), new Float64Array(BINS), new Float64Array(BINS)];
  for (let frame = 0; frame < frames; frame++) {
    prepare(pcm, frame * HOP, re, im);
    fourier(re, im);
    powers(re, im, power);
    for (let band = 0; band < BANDS; band++) {
      const { from, weights } = bands[band];
      let sum = 0;
      for (let n = 0; n < weights.length; n++) sum += weights[n] * power[from + n];
      values[frame * BANDS + band] = Math.log(Math.max(sum, EPSILON));
    }
  }
  return values;
}
