/** Where a voice holds its breath for a p or b: the quiet between the vowel before and the release behind. */
import type { PhonemeSpan } from "../src/engine/frame.ts";
import { type Closure, closures, type Speech } from "./speaking_face.ts";

/** Seconds in the sound. */
export interface Hold {
  sound: Closure;
  start: number;
  end: number;
}

/** Before the sound's own span and behind its end, seconds: there the quietest moment is looked for. */
const BEFORE = 0.07, AFTER = 0.03;
/** Decibels that the quietest moment is below the loudest within `AROUND` milliseconds, at least. */
const DEPTH = 15, AROUND = 100;
/** The hold ends where the level has risen by this share of that difference. */
const RISEN = 0.4;
/** Holds of other lengths, milliseconds, are no holds of one stop. */
const SHORTEST = 15, LONGEST = 110;
/** Only between these sounds, which are loud, can the ends of a hold be heard. */
const LOUD = /[aeiouæɐɑɒɔəɛɜɝɚɪʊʌᵻlɹjw]/u;

/** The holds of all p and b of a reply that can be heard clearly. */
export function holds({ clauses, pcm, rate }: Speech): Hold[] {
  const sounds = clauses.flatMap(({ spans }) => spans).filter(({ phoneme }) => /\p{L}/u.test(phoneme));
  const level = levelsOf(pcm, rate);
  return closures(clauses, "pb").flatMap((sound) => {
    const at = sounds.findIndex(({ start }) => start === sound.start);
    return isLoud(sounds[at - 1]) && isLoud(sounds[at + 1]) ? holdOf(sound, level) : [];
  });
}

function isLoud(span?: PhonemeSpan): boolean {
  return span !== undefined && LOUD.test(span.phoneme);
}

function holdOf(sound: Closure, level: Float32Array): Hold[] {
  const from = Math.max(0, Math.round((sound.start - BEFORE) * 1000));
  const to = Math.min(level.length, Math.round((sound.end + AFTER) * 1000));
  let quietest = from;
  for (let i = from; i < to; i++) if (level[i] < level[quietest]) quietest = i;
  const depth = Math.max(...level.slice(Math.max(0, quietest - AROUND), quietest + AROUND)) - level[quietest];
  const limit = level[quietest] + RISEN * depth;
  let start = quietest, end = quietest;
  while (start > 0 && level[start - 1] < limit) start--;
  while (end < level.length - 1 && level[end + 1] < limit) end++;
  if (depth < DEPTH || end - start < SHORTEST || end - start > LONGEST || start < 20) return [];
  return [{ sound, start: start / 1000, end: end / 1000 }];
}

/**
 * Decibels of each millisecond, over 6 ms. A difference of neighbouring samples stands for a high-pass, so that the hum
 * of the vocal cords, which goes on in a b, does not count.
 */
function levelsOf(pcm: Float32Array, rate: number): Float32Array {
  const half = Math.round(rate * 0.003);
  return Float32Array.from({ length: Math.floor(pcm.length / rate * 1000) }, (_, ms) => {
    const centre = Math.round(ms * rate / 1000);
    let sum = 0;
    for (let i = Math.max(1, centre - half); i < Math.min(pcm.length, centre + half); i++) {
      sum += (pcm[i] - 0.95 * pcm[i - 1]) ** 2;
    }
    return 10 * Math.log10(sum / (2 * half) + 1e-9);
  });
}
