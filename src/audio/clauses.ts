/** Cuts a reply that is still being written into pieces that can be spoken at once. */
import { closeGaps, type Passed, type PlacedCue, placedIn, type Taken } from "./cues.ts";
import { CJK, type Limit, overflow, SPACE } from "./overflow.ts";
import { spokenFilter } from "./spoken.ts";

/** Why a clause ends where it does: a full stop, a comma or the like, or only because it grew too long. */
export type ClauseEnd = "sentence" | "phrase" | "cut";

export interface Clause {
  /**
   * As it is shown and spoken: without the unspoken marks, white space collapsed to single spaces. Empty only where a
   * reply ends with directions.
   */
  text: string;
  end: ClauseEnd;
  /** No space stands between the clause before and this one. */
  glued?: true;
  /** Directions to the face that stood in it. */
  cues?: PlacedCue[];
}

/** A place behind a punctuation mark (and the quotes or brackets that close there) where speech may pause. */
export interface Break {
  /** Index of the first character behind it. */
  at: number;
  /** The sentence ends here, not merely a phrase. */
  sentence: boolean;
}

/**
 * The first clause is short, because the caller waits for it; six words, or twelve Chinese characters, are spoken in
 * two to three seconds.
 */
const FIRST: Limit = { words: 6, cjk: 12, characters: 60 };
/** Later ones are whole sentences, unless those are longer than one breath. */
const LATER: Limit = { words: 25, cjk: 50, characters: 160 };
const MARKS = ".!?…,;:。！？，；：、";
const SENTENCE_MARK = /[.!?…。！？]/;
const CJK_MARK = /[。！？，；：、…]/;
/** Whatever follows these, speech may pause. */
const SURE_MARK = /[。！？，；：、]/;
const EARLY_COMMA = /(?<=\p{L}),/u;
const CLOSERS = "\"'”’»)]}」』）】》〉";
const SPEAKABLE = /[\p{L}\p{N}]/u;
/** A full stop behind one of these ends no sentence: titles, dotted letters ("p.m", "U.S"), initials save "I". */
const ABBREVIATION =
  /(?:^|[\s"'“‘(\[])(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|approx|(?:\p{L}\.)+\p{L}|(?!I)\p{Lu})$/u;
/** A number at the start of a line is that of a list, "1. Take …". */
const LIST_NUMBER = /(?:^|\n)\s*\d+$/;
/** Words that lean on the next one: a cut behind them sounds torn. */
const LEANING =
  /(?:\s+(?:a|an|the|my|your|his|her|its|our|their|of|to|in|on|at|for|with|and|or|but|is|are|was|very))+$/i;

/**
 * A text without Markdown's `*`, `_`, `#` and backticks, without emoji and directions to the face (`cues.ts`). No other
 * letter of any script is touched.
 */
export function withoutMarks(text: string): string {
  const filter = spokenFilter();
  const whole = filter.push(text), end = filter.finish();
  const later = end.taken.map(({ name, at }) => ({ name, at: at + whole.text.length }));
  return closeGaps(whole.text + end.text, [...whole.taken, ...later]);
}

/** Is there anything to be said in it? */
export function speakable(text: string): boolean {
  return SPEAKABLE.test(text);
}

/**
 * The places in `text` where speech may pause, in order. A mark counts when white space, the end, or (for Chinese and
 * Japanese marks) any character follows; full stops of abbreviations, initials, numbers, times and addresses do not.
 *
 * @param final Is this the whole text? If not, marks at its very end are left out, for it is not known what follows. Only
 * Chinese and Japanese ones count at once, and leave a quote that closes behind them to what comes next.
 */
export function* breaks(text: string, final: boolean): Generator<Break> {
  for (let start = 0; start < text.length; start++) {
    if (text[start] === "\n") {
      yield { at: start + 1, sentence: true };
      continue;
    }
    if (!MARKS.includes(text[start])) continue;
    let at = start + 1;
    if (!final && SURE_MARK.test(text[start])) {
      yield { at, sentence: SENTENCE_MARK.test(text[start]) };
      continue;
    }
    while (at < text.length && (MARKS.includes(text[at]) || CLOSERS.includes(text[at]))) at++;
    if (at === text.length && !final) return;
    const run = text.slice(start, at);
    if (pauses(text.slice(0, start), run, text.slice(at, at + 2))) {
      yield { at, sentence: SENTENCE_MARK.test(run) };
    }
    start = at - 1;
  }
}

/**
 * Where the first comma stands that can be told without the character behind it, because a letter is before it (not a
 * figure, "1,000"): a token of the model's time is won where the first clause is waited for. A quote that closes behind
 * it goes to the next clause.
 */
function firstComma(text: string): number {
  const comma = text.search(EARLY_COMMA);
  return comma < 0 ? Infinity : comma + 1;
}

function pauses(before: string, run: string, after: string): boolean {
  const follows = after === "" || SPACE.test(after[0]) || CJK_MARK.test(run) ||
    CJK.test(String.fromCodePoint(after.codePointAt(0)!));
  return follows && !(run === "." && (ABBREVIATION.test(before) || LIST_NUMBER.test(before)));
}

/** Where the last complete sentence of `text` ends; 0 if there is none. `final` as for `breaks`. */
export function sentenceEnd(text: string, final: boolean): number {
  let end = 0;
  for (const { at, sentence } of breaks(text, final)) {
    if (sentence && speakable(text.slice(end, at))) end = at;
  }
  return end;
}

/** The end of the first clause of `text`, if it can be told yet. */
function nextCut(text: string, limit: Limit, final: boolean): { at: number; end: ClauseEnd } | undefined {
  const full = overflow(text, limit);
  const comma = limit === FIRST ? firstComma(text) : Infinity;
  let phrase = 0;
  for (const { at, sentence } of breaks(text, final)) {
    if (at > full || at > comma) break;
    if (!speakable(text.slice(0, at))) continue;
    if (sentence) return { at, end: "sentence" };
    if (limit === FIRST) return { at, end: "phrase" };
    phrase = at;
  }
  if (comma <= full && comma < Infinity) return { at: comma, end: "phrase" };
  if (full === Infinity) return undefined;
  if (phrase > 0) return { at: phrase, end: "phrase" };
  const leaning = text.slice(0, full).search(LEANING);
  // At least two words stay, or nothing would be gained by the early cut.
  const torn = leaning > 0 && /\S\s+\S/.test(text.slice(0, leaning));
  return { at: torn ? leaning : full, end: "cut" };
}

/** Takes a reply piece by piece and gives its clauses as soon as they are complete. */
export interface ClauseSplitter {
  push(delta: string): Clause[];
  /** The reply is complete: gives the rest. */
  finish(): Clause[];
}

/**
 * Makes a splitter for one reply.
 *
 * The first clause ends at the first of `, . ! ? ; :` (or their Chinese and Japanese kin) or after six words (twelve
 * Chinese or Japanese characters); later ones are whole sentences of up to 25 words (50 characters) or 160 letters,
 * longer sentences being cut at a comma where there is one. The clauses joined, with a space before each that is not
 * `glued`, are the reply without its unspoken marks, but for the kind and length of white space. Where the cuts fall
 * depends on the text alone, never on how it was broken into deltas: a mark at the end of what has come so far waits for
 * the character behind it, unless it is a Chinese or Japanese one or the comma that ends the first clause.
 */
export function clauseSplitter(): ClauseSplitter {
  const filter = spokenFilter();
  let pending = "";
  /** Directions in what is pending. */
  let taken: Taken[] = [];
  let limit = FIRST;
  let spaced = true;
  const clauseOf = (part: string, end: ClauseEnd, directions: Taken[]): Clause | undefined => {
    const text = closeGaps(part, directions).replace(/\s+/g, " ").trim();
    const cues = placedIn(part, directions);
    const apart = spaced || SPACE.test(part[0] ?? " ");
    spaced = text === "" ? apart : SPACE.test(part.at(-1)!);
    if (text === "" && cues.length === 0) return undefined;
    limit = LATER;
    return { text, end, ...(apart ? {} : { glued: true as const }), ...(cues.length > 0 ? { cues } : {}) };
  };
  /** A direction at the very end of the part belongs to what follows, if anything does. */
  const cutOff = (at: number, end: ClauseEnd, last: boolean): Clause[] => {
    const within = taken.filter((each) => last || each.at < at);
    const clause = clauseOf(pending.slice(0, at), end, within);
    taken = taken.slice(within.length).map(({ name, at: from }) => ({ name, at: from - at }));
    pending = pending.slice(at);
    return clause ? [clause] : [];
  };
  const take = (passed: Passed, final: boolean): Clause[] => {
    taken.push(...passed.taken.map(({ name, at }) => ({ name, at: at + pending.length })));
    pending += passed.text;
    const clauses: Clause[] = [];
    for (let cut = nextCut(pending, limit, final); cut; cut = nextCut(pending, limit, final)) {
      clauses.push(...cutOff(cut.at, cut.end, false));
    }
    return final ? [...clauses, ...cutOff(pending.length, "sentence", true)] : clauses;
  };
  return {
    push: (delta) => take(filter.push(delta), false),
    finish: () => take(filter.finish(), true),
  };
}
