/** When the mouth has which shape: built from phoneme times that arrive clause by clause. */
import type { PhonemeSpan } from "../engine/frame.ts";
import { type Viseme, visemeOf } from "./visemes.ts";

/** Seconds from the first sample of the reply. Where no segment is, there is silence. */
export interface Segment {
  viseme: Viseme;
  start: number;
  end: number;
}

/**
 * A blank of VITS holds the beginning of the phone after it, but never more than this, seconds: longer blanks are
 * pauses.
 */
const BLANK_LIMIT = 0.08;
/**
 * Of a "p" the voice counts the breath behind it to the phone, when the lips have parted already: seconds, measured with
 * Piper's voice by `tests/lips.test.ts`.
 */
const BREATH = 0.015;
/** Lips that meet do so this long before they part, seconds: in a gap between words longer than inside of one. */
const SHORTEST = 0.06, LONGEST = 0.085;
/** Equal shapes closer than this, seconds, are one. */
const JOIN = 0.03;
/** Nobody speaks this long in one breath; beyond it the oldest segments are forgotten. */
const LIMIT = 4096;

const LENGTH_MARKS = "ːˑ";
const STRESS_MARKS = "ˈˌ";

/**
 * Appends the spans of one clause. A blank ("_") counts to the phone after it (else the jaw lags the sound by some 40 ms),
 * a length mark to the phone before it; punctuation and word gaps stay silent. Letters of a span share its time equally.
 */
export function append(segments: Segment[], spans: readonly PhonemeSpan[]): void {
  let pending = -1;
  for (const { phoneme, start, end } of spans) {
    if (phoneme === "_" || isStress(phoneme)) {
      if (pending < 0) pending = start;
      continue;
    }
    const units = split(phoneme);
    const last = segments.at(-1);
    if (units.length > 0) {
      const from = pending < 0 ? start : Math.max(pending, start - BLANK_LIMIT);
      const step = (end - from) / units.length;
      units.forEach((viseme, i) => push(segments, viseme, from + i * step, from + (i + 1) * step));
      if (segments.at(-1)?.viseme === "PP") meet(segments, /pʰ?$/u.test(phoneme));
    } else if (last && LENGTH_MARKS.includes(phoneme)) last.end = Math.max(last.end, end);
    pending = -1;
  }
  if (segments.length > LIMIT) segments.splice(0, segments.length - LIMIT);
}

function isStress(phoneme: string): boolean {
  return phoneme.length === 1 && STRESS_MARKS.includes(phoneme);
}

/** "oʊ" → O, U; a length mark inside gives its letter twice the time. */
function split(phoneme: string): Viseme[] {
  const units: Viseme[] = [];
  for (const letter of phoneme.normalize("NFD")) {
    const viseme = LENGTH_MARKS.includes(letter) ? units.at(-1) : visemeOf(letter);
    if (viseme) units.push(viseme);
  }
  return units;
}

function push(segments: Segment[], viseme: Viseme, start: number, end: number): void {
  const last = segments.at(-1);
  if (last?.viseme === viseme && start - last.end < JOIN) last.end = Math.max(last.end, end);
  else segments.push({ viseme, start, end });
}

/** The lips of the last segment meet before its span begins, where it is short, and part before the breath of a "p". */
function meet(segments: Segment[], breathed: boolean): void {
  const segment = segments[segments.length - 1], before = segments.at(-2)?.end ?? -Infinity;
  if (breathed) segment.end = Math.max(segment.end - BREATH, (segment.start + segment.end) / 2);
  const { end } = segment;
  segment.start = Math.min(segment.start, Math.max(end - LONGEST, Math.min(before, end - SHORTEST)));
}
