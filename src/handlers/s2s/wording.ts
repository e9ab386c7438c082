/** When each word of a reply is heard whose sound and text come from elsewhere, in pieces that need not fit together. */
import type { Cue, WordSpan } from "../../engine/frame.ts";
import { cueClock, type Passed, placedIn } from "../../audio/cues.ts";
import { spokenFilter } from "../../audio/spoken.ts";
import { type ClausePace, createPace } from "../tts/pace.ts";
import { wordsOf, type Written } from "../tts/writing.ts";

export interface Wording {
  /** Takes text as it comes; a word may be torn. */
  text(delta: string): void;
  /** So many seconds of sound follow: the words that begin in them. `whole`: all words that are there are spoken in them. */
  sound(seconds: number, whole: boolean): WordSpan[];
  /** Nothing follows: the words that are left. */
  finish(): WordSpan[];
  /** The directions to the face before and in these words, the next ones that were given; `end`: none follow. */
  cues(words: readonly WordSpan[], end?: number): Cue[];
}

/** Words that are spoken one after another, from `start`. */
interface Run {
  pace: ClausePace;
  start: number;
  /** Words of it that were not given yet. */
  left: number;
}

/** A word that may still grow, or a Chinese or Japanese character that a mark may still follow. */
const TORN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]?[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]*$/u;

export function wording(): Wording {
  const pace = createPace();
  const filter = spokenFilter();
  const clock = cueClock();
  /** The text so far, as it is shown. */
  let shown = "";
  let torn = "";
  let glue = false;
  let words: Written[] = [];
  let run: Run | null = null;
  /** Seconds of sound so far, and where the newest word ends. */
  let heard = 0;
  let reached = 0;

  const pass = ({ text, taken }: Passed) => {
    clock.add(placedIn(shown + text, taken.map(({ name, at }) => ({ name, at: at + shown.length }))));
    shown += text;
    torn += text;
  };
  const take = (text: string) => {
    const more = wordsOf(text, glue);
    words.push(...more);
    if (text !== "") glue = !/\s$/.test(text);
  };
  const place = (of: Run, spans: WordSpan[], to = Infinity): WordSpan[] => {
    of.left -= spans.length;
    return spans.map((span) => {
      const start = Math.min(to, Math.max(reached, of.start + span.start));
      reached = Math.min(to, Math.max(start, of.start + span.end));
      return { ...span, start, end: reached };
    });
  };
  const next = (from: number): Run => {
    const begun = { pace: pace.clause(words), start: from, left: words.length };
    words = [];
    return begun;
  };
  const rest = (to: number): WordSpan[] => {
    const ending = (of: Run) => place(of, of.pace.rest(Math.max(0, to - of.start)), to);
    const spans = run ? ending(run) : [];
    run = null;
    return words.length > 0 ? [...spans, ...ending(next(Math.min(to, reached)))] : spans;
  };

  return {
    text(delta) {
      pass(filter.push(delta));
      const whole = torn.slice(0, torn.search(TORN));
      take(whole);
      torn = torn.slice(whole.length);
    },
    sound(seconds, whole) {
      const from = heard;
      heard += seconds;
      if (whole) {
        take(torn);
        torn = "";
        if (!run) reached = Math.max(reached, from);
        return rest(heard);
      }
      const spans = run ? place(run, run.pace.until(heard - run.start)) : [];
      while ((!run || run.left === 0) && words.length > 0 && Math.max(reached, from) < heard) {
        run = next(Math.max(reached, from));
        spans.push(...place(run, run.pace.until(heard - run.start)));
      }
      return spans;
    },
    finish() {
      pass(filter.finish());
      take(torn);
      torn = "";
      return rest(heard);
    },
    cues: (words, end) => [...clock.reach(words), ...(end === undefined ? [] : clock.rest(end))],
  };
}
