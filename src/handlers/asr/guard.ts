/**
 * What keeps the recogniser from putting words into the caller's mouth. Moonshine, like every recogniser trained on
 * subtitles, answers noise and silence with words ("You", "So") and words that were cut off with endless repetition.
 */
import { decibels, rms } from "../../audio/pcm.ts";

/** Samples whose level is measured together: 32 ms at 16 kHz. */
const BLOCK = 512;
const BLOCK_MS = 32;

/** Below this loudest level (dBFS) nobody has spoken into the microphone. */
const SILENT = -55;
/** Speech rises and falls; what stays within this many decibels throughout is a machine or a hiss. */
const FLAT = 6;
/** Below this contrast (dB), or without `BRIEF` ms of unbroken sound, phrases of the list below are not believed. */
const DULL = 12;
const BRIEF = 160;
/** How far below the loudest block (dB) a block still counts as sound and not as its background. */
const NEAR = 20;

/** What Moonshine says to hiss, clicks and silence, and its training data at the end of videos. */
const INVENTED = new Set([
  "you",
  "thank you",
  "thanks for watching",
  "and",
  "so",
  "oh",
  "the",
  "i",
  "bye",
]);

/** How the level of a stretch of sound moves. */
export interface Contour {
  /** Level of the loudest block, dBFS. */
  loudest: number;
  /** Decibels between the loudest block and the background (the lowest tenth). */
  contrast: number;
  /** Milliseconds of the longest stretch that is nearly as loud as the loudest block: a syllable, or a knock. */
  active: number;
}

function longest(levels: readonly number[], above: number): number {
  let [run, most] = [0, 0];
  for (const level of levels) most = Math.max(most, run = level > above ? run + 1 : 0);
  return most;
}

/** Measures sound of 16 kHz; blocks of nothing but zeros are padding and do not count. */
export function contour(pcm: Float32Array): Contour {
  const levels: number[] = [];
  for (let at = 0; at + BLOCK <= pcm.length; at += BLOCK) {
    const level = decibels(rms(pcm.subarray(at, at + BLOCK)));
    if (level > -Infinity) levels.push(level);
  }
  if (levels.length === 0) return { loudest: -Infinity, contrast: 0, active: 0 };
  const ranked = levels.toSorted((a, b) => a - b);
  const loudest = ranked[ranked.length - 1];
  return {
    loudest,
    contrast: loudest - ranked[Math.floor(ranked.length / 10)],
    active: longest(levels, loudest - NEAR) * BLOCK_MS,
  };
}

/** Too quiet or too even to be speech: not worth running the model on. */
export function lifeless({ loudest, contrast }: Contour): boolean {
  return loudest < SILENT || contrast < FLAT;
}

/**
 * The transcript, or "" where it is not to be believed: no letter or digit in it (music notes), or one of the phrases
 * the model makes up, heard in a sound that is too even or too short to be that phrase.
 */
export function believe(text: string, { contrast, active }: Contour): string {
  if (!/[\p{L}\p{N}]/u.test(text)) return "";
  const phrase = text.toLowerCase().replace(/[^\p{L}\p{N}' ]/gu, "").trim();
  return INVENTED.has(phrase) && (contrast < DULL || active < BRIEF) ? "" : text;
}

/** A phrase said this often in a row and filling this many tokens is a loop; "no, no, no" is not. */
const TURNS = 3;
const LOOP = 8;
const LONGEST = 12;

/**
 * Does the transcript end in a loop?
 *
 * @returns How many tokens to keep (the phrase once), or 0 when there is no loop.
 */
export function loop(tokens: readonly number[]): number {
  for (let size = 1; size <= LONGEST; size++) {
    const span = size * Math.max(TURNS, Math.ceil(LOOP / size));
    if (span > tokens.length) continue;
    const tail = tokens.slice(-span);
    if (tail.every((token, n) => token === tail[n % size])) return tokens.length - span + size;
  }
  return 0;
}
