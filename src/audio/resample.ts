/**
 * Changes the sample rate of a mono stream by a polyphase windowed-sinc filter.
 *
 * The rates' ratio is reduced to a fraction, so every output sample falls on one of a fixed set of filter phases and
 * no time error ever builds up. The filter is a sinc under a Kaiser window; width and cutoff follow from the wanted
 * attenuation by Kaiser's formulas (Oppenheim & Schafer, Discrete-Time Signal Processing, chapter 7).
 */

/** Everything that could fold back is at least this many decibels down, unless fewer are asked for. */
const ATTENUATION = 80;
/** Between what passes whole and what could fold back, as a share of the slower rate's Nyquist frequency. */
const EDGE = 0.157;
const LOWEST = 8_000;
const HIGHEST = 48_000;

/** The filter, sampled once for each phase at which an output sample can fall between two input samples. */
interface Kernel {
  /** The rates in lowest terms: `up` output samples take as long as `down` input samples. */
  up: number;
  down: number;
  /** Input samples needed on each side of an output sample. */
  half: number;
  /** `up` rows of `2 * half` weights; row p is for an output p/up input samples after an input sample. */
  weights: Float64Array;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Modified Bessel function of the first kind, order zero, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function design(from: number, to: number, attenuation: number): Kernel {
  const shared = divisor(from, to);
  const up = to / shared;
  const down = from / shared;
  const beta = 0.1102 * (attenuation - 8.7);
  // Zero crossings of the sinc on each side: 32 for 80 dB.
  const crossings = Math.ceil((attenuation - 8) / (2.285 * 2 * EDGE * Math.PI));
  // The middle of the edge, as a share of the input's Nyquist frequency; the edge ends where folding would begin.
  const cutoff = Math.min(1, to / from) * (1 - EDGE / 2);
  const half = Math.ceil(crossings * Math.max(1, from / to));
  const weights = new Float64Array(up * 2 * half);
  for (let phase = 0; phase < up; phase++) {
    const row = new Float64Array(2 * half);
    let sum = 0;
    for (let tap = 0; tap < row.length; tap++) {
      const x = tap - half + 1 - phase / up;
      const window = bessel(beta * Math.sqrt(Math.max(0, 1 - (x / half) ** 2)));
      row[tap] = window * (x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x));
      sum += row[tap];
    }
    // Every phase passes a constant unchanged; otherwise the phases would add a whistle of their own.
    for (let tap = 0; tap < row.length; tap++) weights[phase * row.length + tap] = row[tap] / sum;
  }
  return { up, down, half, weights };
}

/** Kernels cost some milliseconds to design and a program uses few pairs of rates. */
const kernels = new Map<string, Kernel>();
const KEPT = 16;

function kernelFor(from: number, to: number, attenuation: number): Kernel {
  for (const rate of [from, to]) {
    if (!Number.isInteger(rate) || rate < LOWEST || rate > HIGHEST) {
      throw new RangeError(
        `Cannot resample from ${from} to ${to} Hz: rates must be whole numbers from ${LOWEST} to ${HIGHEST}`,
      );
    }
  }
  const key = `${from}>${to}, ${attenuation} dB`;
  let kernel = kernels.get(key);
  if (!kernel) {
    kernel = design(from, to, attenuation);
    if (kernels.size >= KEPT) kernels.delete(kernels.keys().next().value!);
    kernels.set(key, kernel);
  }
  return kernel;
}

/**
 * Every `up`-th output from `first` on; they all fall on one phase, and each begins `down` input samples behind the one
 * before. Four at a time share the reading of the weights and do not wait for one another's sums.
 */
function filterPhase(
  { up, down, half, weights }: Kernel,
  phase: number,
  input: Float64Array,
  start: number,
  output: Float32Array,
  first: number,
): void {
  const from = phase * 2 * half, to = from + 2 * half;
  let k = first, at = start - from;
  for (; k + 3 * up < output.length; k += 4 * up, at += 4 * down) {
    let a = 0, b = 0, c = 0, d = 0;
    for (let tap = from; tap < to; tap++) {
      const weight = weights[tap], x = at + tap;
      a += input[x] * weight;
      b += input[x + down] * weight;
      c += input[x + 2 * down] * weight;
      d += input[x + 3 * down] * weight;
    }
    output[k] = a;
    output[k + up] = b;
    output[k + 2 * up] = c;
    output[k + 3 * up] = d;
  }
  for (; k < output.length; k += up, at += down) {
    let sum = 0;
    for (let tap = from; tap < to; tap++) sum += input[at + tap] * weights[tap];
    output[k] = sum;
  }
}

/**
 * A streaming mono resampler. Output sample n lies exactly at n / `to` seconds of the input, whatever the chunking:
 * the chunks' outputs joined equal the output for the whole at once, bit by bit, and `flush` makes their length
 * `Math.ceil(samples * to / from)`. It looks ahead 32 samples of the slower of the two rates (0.7 ms at 48 kHz,
 * 2 ms at 16 kHz), so that much is held back until the next `push` or `flush`.
 *
 * @example
 * ```ts
 * const resampler = new Resampler(22_050, 48_000);
 * for (const chunk of chunks) send(resampler.push(chunk));
 * send(resampler.flush());
 * ```
 */
export class Resampler {
  readonly #kernel: Kernel;
  readonly #copies: boolean;
  /** Input still needed; the sample at index `half - 1` is the one at or just before the next output. */
  #held: Float64Array;
  /** Where the next output lies after that sample, in units of 1 / up input samples; may reach beyond `#held`. */
  #phase = 0;

  /**
   * @param attenuation of what could fold back, decibels from 50 on; 50 take 60 % of the time that 80 take.
   * @throws {RangeError} if a rate is not a whole number from 8,000 to 48,000.
   */
  constructor(from: number, to: number, attenuation = ATTENUATION) {
    this.#kernel = kernelFor(from, to, attenuation);
    this.#copies = from === to;
    this.#held = new Float64Array(this.#kernel.half - 1);
  }

  /** Takes samples at the input rate and returns what can be said so far at the output rate (maybe nothing). */
  push(pcm: Float32Array): Float32Array<ArrayBuffer> {
    if (this.#copies) return new Float32Array(pcm);
    const { up, down, half } = this.#kernel;
    const input = new Float64Array(this.#held.length + pcm.length);
    input.set(this.#held);
    input.set(pcm, this.#held.length);
    // Output k starts its taps at floor((phase + k * down) / up) and they must all be there.
    const room = (input.length - 2 * half + 1) * up - this.#phase;
    const output = new Float32Array(room > 0 ? Math.ceil(room / down) : 0);
    for (let k = 0; k < Math.min(up, output.length); k++) {
      const at = this.#phase + k * down;
      filterPhase(this.#kernel, at % up, input, Math.floor(at / up), output, k);
    }
    const next = this.#phase + output.length * down;
    const done = Math.min(Math.floor(next / up), input.length);
    this.#held = input.slice(done);
    this.#phase = next - done * up;
    return output;
  }

  /** Ends the stream: returns the rest. The resampler is then as new. */
  flush(): Float32Array<ArrayBuffer> {
    if (this.#copies) return new Float32Array(0);
    // The taps of an output at the last input sample or after it reach `half` samples beyond it.
    const rest = this.push(new Float32Array(this.#kernel.half));
    this.#held = new Float64Array(this.#kernel.half - 1);
    this.#phase = 0;
    return rest;
  }
}

/** Resamples a whole recording; length and errors as for `Resampler`. */
export function resample(pcm: Float32Array, from: number, to: number): Float32Array<ArrayBuffer> {
  const resampler = new Resampler(from, to);
  const body = resampler.push(pcm);
  const tail = resampler.flush();
  const whole = new Float32Array(body.length + tail.length);
  whole.set(body);
  whole.set(tail, body.length);
  return whole;
}
