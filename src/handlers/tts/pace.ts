/** When each word of a clause is heard, where the voice does not tell: guessed from how it is written. */
import type { WordSpan } from "../../engine/frame.ts";
import { ideographic, type Written } from "./writing.ts";

/** How much of the time of a letter other signs take; after a mark the voice rests. */
const IDEOGRAPH = 3.5, DIGIT = 3.5, MARK = 3, GAP = 0.6;
/** Seconds of a letter until a clause has shown how fast the voice is; the mean of English voices. */
const USUAL = 0.065;
/** How much the newest clause counts. */
const RATE = 0.4;

function weight({ text }: Written): number {
  let sum = GAP;
  for (const sign of text) {
    if (ideographic(sign)) sum += IDEOGRAPH;
    else if (/\p{N}/u.test(sign)) sum += DIGIT;
    else if (/\p{L}/u.test(sign)) sum += 1;
    else if (/[.!?;:,。！？；：，]/.test(sign)) sum += MARK;
  }
  return sum;
}

/** How fast a voice is, learned from what it has spoken. */
export interface Pace {
  /** Takes the words of a clause that is about to be spoken. */
  clause(words: readonly Written[]): ClausePace;
}

export interface ClausePace {
  /** The words that begin before `to` and were not given yet, with their times. Seconds from the clause's first sample. */
  until(to: number): WordSpan[];
  /** The clause is over after so many seconds: the rest of its words. */
  rest(seconds: number): WordSpan[];
}

export function createPace(): Pace {
  let letter = USUAL;
  return {
    clause(words) {
      const weights = words.map(weight);
      const total = weights.reduce((sum, each) => sum + each, 0);
      let given = 0;
      let time = 0;
      const next = (end: number): WordSpan => {
        const { text, glued } = words[given++];
        const span = { text, start: time, end, ...(glued && { glued }) };
        time = end;
        return span;
      };
      return {
        until(to) {
          const spans: WordSpan[] = [];
          while (given < words.length && time < to) spans.push(next(time + weights[given] * letter));
          return spans;
        },
        rest(seconds) {
          const spans: WordSpan[] = [];
          const left = weights.slice(given).reduce((sum, each) => sum + each, 0);
          // The voice was faster than thought: what is left shares what is left of the time.
          const each = left > 0 ? Math.max(0, seconds - time) / left : 0;
          while (given < words.length) spans.push(next(time + weights[given] * each));
          if (total > 0 && seconds > 0) letter += RATE * (seconds / total - letter);
          return spans;
        },
      };
    },
  };
}
