/**
 * How the voice fades before a silence. Who has finished lets the last syllables die away, for 200 to 400 ms; who only
 * pauses, or searches for a word, mostly stops in full voice. That intensity falls towards the end of a turn is one of
 * the cues of Gravano and Hirschberg ("Turn-taking cues in task-oriented dialogue", 2011).
 */
import { decibels, rms } from "../../audio/pcm.ts";

/** Samples whose level is measured together: 10 ms at 16 kHz. */
const BLOCK = 160;
const BLOCK_MS = 10;
/** Blocks this far (dB) below the loudest are pauses and say nothing of how loud the voice is. */
const SPEECH = 30;
/** In full voice: at most so far (dB) below the usual, the median of the speech. Heard at all: at most so far below it. */
const FULL = 3;
const AUDIBLE = 25;
/** And so far (dB) above the silence. */
const ABOVE = 3;
/** The blocks, counted from the end, the loudest of which is the silence: the last may be the VAD's padding. */
const SILENCE = [-10, -4] as const;
/** Longer than this (ms) tells no more. */
const LONGEST = 800;

/**
 * Milliseconds from the last sound in full voice to the last sound at all, 0 to 800.
 *
 * @param pcm 16 kHz, with the silence, of about 100 ms, at its end.
 */
export function fading(pcm: Float32Array): number {
  const levels = Array.from(
    { length: Math.floor(pcm.length / BLOCK) },
    (_, n) => decibels(rms(pcm.subarray(n * BLOCK, (n + 1) * BLOCK))),
  );
  const loudest = levels.reduce((most, level) => Math.max(most, level), -Infinity);
  const speech = levels.filter((level) => level > loudest - SPEECH).toSorted((a, b) => a - b);
  if (speech.length === 0) return 0;
  const usual = speech[speech.length >> 1];
  const silence = Math.max(...levels.slice(...SILENCE));
  const last = levels.findLastIndex((level) => level > Math.max(usual - AUDIBLE, silence + ABOVE));
  const full = levels.findLastIndex((level) => level > usual - FULL);
  return Math.min(LONGEST, Math.max(0, last - full) * BLOCK_MS);
}
