/**
 * The log-mel picture of the last eight seconds, as Whisper's feature extractor makes it and Smart Turn expects it
 * (arXiv 2212.04356, section 2.2; the numbers are those of Pipecat's `_whisper_features.py`).
 */
import { planFourier } from "./fourier.ts";

/** Samples that are looked at: 8 s of 16 kHz. */
export const SPAN = 128_000;
/** Rows (mel bands) and columns (10 ms each) of the picture. */
export const BANDS = 80;
export const COLUMNS = 800;

const WINDOW = 400;
const HOP = 160;
const BINS = WINDOW / 2 + 1;
const FLOOR = 1e-10;
/** Decades between the loudest value and the lowest that is kept. */
const RANGE = 8;

const HANN = Float64Array.from({ length: WINDOW }, (_, n) => 0.5 - 0.5 * Math.cos(2 * Math.PI * n / WINDOW));
const fourier = planFourier(WINDOW);

/** Slaney's scale: linear up to 1 kHz (15 mel), logarithmic above. */
function hertz(mel: number): number {
  return mel < 15 ? 200 * mel / 3 : 1000 * Math.exp(Math.log(6.4) / 27 * (mel - 15));
}
const TOP = 15 + 27 * Math.log(8) / Math.log(6.4);

/** A triangle over the bins from `from` on, of unit area. */
interface Band {
  from: number;
  weights: Float64Array;
}

const bands: Band[] = Array.from({ length: BANDS }, (_, band) => {
  const [low, mid, high] = [band, band + 1, band + 2].map((edge) => hertz(TOP * edge / (BANDS + 1)));
  const whole = Array.from({ length: BINS }, (_, bin) => {
    const frequency = 8000 * bin / (BINS - 1);
    const height = Math.min((frequency - low) / (mid - low), (high - frequency) / (high - mid));
    return Math.max(0, height) * 2 / (high - low);
  });
  const from = whole.findIndex((weight) => weight > 0);
  return {
    from,
    weights: Float64Array.from(whole.slice(from, whole.findLastIndex((weight) => weight > 0) + 1)),
  };
});

/** The sound at the end of eight seconds of silence, without its mean and with unit variance, mirrored at both ends. */
function prepare(pcm: Float32Array): { sound: Float64Array; silent: number } {
  const recent = pcm.subarray(Math.max(0, pcm.length - SPAN));
  const silent = SPAN - recent.length;
  let sum = 0;
  let squares = 0;
  for (let n = 0; n < recent.length; n++) sum += recent[n];
  const mean = sum / SPAN;
  for (let n = 0; n < recent.length; n++) squares += (recent[n] - mean) * (recent[n] - mean);
  const scale = 1 / Math.sqrt((squares + silent * mean * mean) / SPAN + 1e-7);

  const edge = WINDOW / 2;
  const sound = new Float64Array(SPAN + WINDOW).fill(-mean * scale, 0, edge + silent);
  for (let n = 0; n < recent.length; n++) sound[edge + silent + n] = (recent[n] - mean) * scale;
  for (let n = 1; n <= edge; n++) {
    sound[edge - n] = sound[edge + n];
    sound[edge + SPAN - 1 + n] = sound[edge + SPAN - 1 - n];
  }
  return { sound, silent };
}

/** Writes the mel powers of one column, whose spectrum's powers are given. */
function project(power: Float64Array, picture: Float64Array, column: number): void {
  for (let band = 0; band < BANDS; band++) {
    const weights = bands[band].weights;
    const from = bands[band].from;
    let sum = 0;
    for (let n = 0; n < weights.length; n++) sum += weights[n] * power[from + n];
    picture[band * COLUMNS + column] = sum;
  }
}

/** The powers of two columns at once: one is the real, the other the imaginary part of what is transformed. */
function columnPair(sound: Float64Array, column: number, scratch: Scratch): void {
  const { re, im, first, second } = scratch;
  const at = column * HOP;
  for (let n = 0; n < WINDOW; n++) {
    re[n] = sound[at + n] * HANN[n];
    im[n] = sound[at + HOP + n] * HANN[n];
  }
  fourier(re, im);
  for (let bin = 0; bin < BINS; bin++) {
    const mirror = (WINDOW - bin) % WINDOW;
    const even = re[bin] + re[mirror];
    const odd = im[bin] - im[mirror];
    first[bin] = (even * even + odd * odd) / 4;
    const sum = im[bin] + im[mirror];
    const difference = re[mirror] - re[bin];
    second[bin] = (sum * sum + difference * difference) / 4;
  }
}

interface Scratch {
  re: Float64Array;
  im: Float64Array;
  first: Float64Array;
  second: Float64Array;
}

/**
 * The picture of the last 8 s of a sound of 16 kHz, row by row: [80, 800]. What is shorter stands at the end, after
 * silence. Blocks the thread for some milliseconds.
 */
export function logMel(pcm: Float32Array): Float32Array<ArrayBuffer> {
  const { sound, silent } = prepare(pcm);
  const picture = new Float64Array(BANDS * COLUMNS);
  const scratch: Scratch = {
    re: new Float64Array(WINDOW),
    im: new Float64Array(WINDOW),
    first: new Float64Array(BINS),
    second: new Float64Array(BINS),
  };
  // All columns of the silence are the same.
  const same = Math.max(0, Math.floor((silent - WINDOW / 2) / HOP / 2) * 2);
  for (let column = 0; column < COLUMNS; column += 2) {
    if (column === 0 || column >= same) columnPair(sound, column, scratch);
    project(scratch.first, picture, column);
    project(column < same ? scratch.first : scratch.second, picture, column + 1);
  }
  return compress(picture);
}

/** Logarithm, cut off `RANGE` decades below the loudest value, brought to about -1..1. */
function compress(picture: Float64Array): Float32Array<ArrayBuffer> {
  const loudest = picture.reduce((most, power) => Math.max(most, power), FLOOR);
  const lowest = Math.max(FLOOR, loudest / 10 ** RANGE);
  const values = new Float32Array(picture.length);
  for (let n = 0; n < values.length; n++) values[n] = (Math.log10(Math.max(picture[n], lowest)) + 4) / 4;
  return values;
}
