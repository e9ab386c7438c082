/** Pauses that can be put into a recording: places between words, and the sound of the room. */
import { decibels, rms } from "../src/audio/pcm.ts";

/** Samples whose level is measured together: 10 ms at 16 kHz. */
const BLOCK = 160;
/** A gap is this far (dB) below the loud parts for this many blocks, and its middle that many from the next. */
const BELOW = 20;
const LENGTH = 3;
const APART = 30;

/** A quiet stretch between two words: its middle and its length, in samples. */
export interface Gap {
  middle: number;
  length: number;
}

/**
 * The gaps in speech of 16 kHz. Found by level alone: some lie within a word, before a
 * stop consonant, where a speaker who searches for words would hardly pause.
 */
export function gapsOf(pcm: Float32Array): Gap[] {
  const levels = Array.from(
    { length: Math.floor(pcm.length / BLOCK) },
    (_, n) => decibels(rms(pcm.subarray(n * BLOCK, (n + 1) * BLOCK))),
  );
  const loud = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * 0.9)];
  const speech = (level: number) => level > loud - BELOW;
  const [begin, end] = [levels.findIndex(speech), levels.findLastIndex(speech)];
  const gaps: Gap[] = [];
  let last = begin;
  for (let from = begin; from < end; from++) {
    if (speech(levels[from])) continue;
    let to = from;
    while (!speech(levels[to])) to++;
    const middle = (from + to) >> 1;
    if (to - from >= LENGTH && middle - last >= APART && end - middle >= APART) {
      gaps.push({ middle: middle * BLOCK, length: (to - from) * BLOCK });
      last = middle;
    }
    from = to;
  }
  return gaps;
}

/** Samples of the room's sound that are repeated: 50 ms. */
const ROOM = 800;

/** What the microphone hears of the room while nobody speaks: the quietest stretch of a recording, again and again. */
export function roomOf(pcm: Float32Array, length: number): Float32Array<ArrayBuffer> {
  let [quietest, from] = [Infinity, 0];
  for (let at = 0; at + ROOM <= pcm.length; at += ROOM / 2) {
    const level = rms(pcm.subarray(at, at + ROOM));
    if (level < quietest) [quietest, from] = [level, at];
  }
  return Float32Array.from({ length }, (_, n) => pcm[from + n % ROOM]);
}
