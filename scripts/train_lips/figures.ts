/** How well lips that follow the sound do what the phoneme times say. */
import type { PhonemeSpan } from "../../src/engine/frame.ts";
import { mouthAt } from "../../src/face/mouth.ts";
import { append, type Segment } from "../../src/face/timeline.ts";
import type { Mouthing } from "../../src/handlers/tts/mouthing.ts";

/** Looks at the jaw a second. */
const LOOKS = 50;
/** A closure is found where another's middle lies within this, seconds. */
const NEAR = 0.04;

/** What was compared so far. */
export interface Comparison {
  wanted: number[];
  given: number[];
  closures: number;
  found: number;
  told: number;
  right: number;
}

export interface Figures {
  /** Pearson's correlation of jawOpen over time. */
  jaw: number;
  /** Shares of the closures (p, b, m) that were found, and of those told that are there. */
  recall: number;
  precision: number;
}

export function comparison(): Comparison {
  return { wanted: [], given: [], closures: 0, found: 0, told: 0, right: 0 };
}

export function segmentsOf(spans: readonly PhonemeSpan[]): Segment[] {
  const segments: Segment[] = [];
  append(segments, spans);
  return segments;
}

/** All shapes of a recording. @param piece seconds of sound given at a time. */
export async function follow(
  mouthing: Mouthing,
  pcm: Float32Array,
  rate: number,
  piece = 0.4,
): Promise<PhonemeSpan[]> {
  const spans: PhonemeSpan[] = [];
  const step = Math.round(piece * rate);
  for (let from = 0; from < pcm.length; from += step) {
    spans.push(...await mouthing.push(pcm.subarray(from, from + step), rate));
  }
  return [...spans, ...await mouthing.finish()];
}

function middles(segments: readonly Segment[]): number[] {
  return segments.filter(({ viseme }) => viseme === "PP").map(({ start, end }) => (start + end) / 2);
}

const near = (of: number[], among: number[]) =>
  of.filter((time) => among.some((other) => Math.abs(other - time) <= NEAR)).length;

export function compare(into: Comparison, truth: Segment[], guess: Segment[], seconds: number): void {
  for (let look = 0; look < seconds * LOOKS; look++) {
    into.wanted.push(mouthAt(truth, look / LOOKS).weights.jawOpen ?? 0);
    into.given.push(mouthAt(guess, look / LOOKS).weights.jawOpen ?? 0);
  }
  const [wanted, given] = [middles(truth), middles(guess)];
  into.closures += wanted.length;
  into.told += given.length;
  into.found += near(wanted, given);
  into.right += near(given, wanted);
}

export function figuresOf({ wanted, given, closures, found, told, right }: Comparison): Figures {
  return { jaw: correlation(wanted, given), recall: found / closures, precision: right / Math.max(1, told) };
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let ab = 0, aa = 0, bb = 0;
  a.forEach((value, n) => {
    const [x, y] = [value - meanA, b[n] - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return ab / Math.sqrt(aa * bb || 1);
}
