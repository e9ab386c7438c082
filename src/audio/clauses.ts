/** Cuts a reply that is still being written into pieces that can be spoken at once. */
import { CJK, type Limit, overflow, SPACE } from "./overflow.ts";

/** Why a clause ends where it does: a full stop, a comma or the like, or only because it grew too long. */
export type ClauseEnd = "sentence" | "phrase" | "cut";

export interface Clause {
  /** As it is shown and spoken: without the unspoken marks, white space collapsed to single spaces. */
  text: string;
  end: ClauseEnd;
  /** No space stands between the clause before and this one. */
  glued?: true;
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

/** Markdown marks, pictures, and what modifies or joins pictures. */
const UNSPOKEN =
  /^(?:[*_#`\u{FE0F}\u{20E3}\u{E0020}-\u{E007F}]|\p{Emoji_Presentation}|\p{Emoji_Modifier}|(?![©®™])\p{Extended_Pictographic})$/u;
const JOINER = "\u200D";

/** Removes, from a text that comes in pieces, what is shown in writing but never spoken. */
function unspokenFilter(): { push(delta: string): string; finish(): string } {
  let half = "";
  let joins = false;
  const push = (delta: string) => {
    let text = half + delta;
    // A picture may arrive as two halves of a surrogate pair.
    half = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : "";
    if (half) text = text.slice(0, -1);
    let kept = "";
    for (const character of text) {
      // The joiner belongs to a picture only behind one; Indic scripts need it elsewhere.
      const unspoken = UNSPOKEN.test(character) || (joins && character === JOINER);
      joins = unspoken;
      if (!unspoken) kept += character;
    }
    return kept;
  };
  return { push, finish: () => half };
}

/** A text without Markdown's `*`, `_`, `#` and backticks and without emoji. No letter of any script is touched. */
export function withoutMarks(text: string): string {
  const filter = unspokenFilter();
  return filter.push(text) + filter.finish();
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
  const filter = unspokenFilter();
  let pending = "";
  let limit = FIRST;
  let spaced = true;
  const take = (final: boolean): Clause[] => {
    const clauses: Clause[] = [];
    const add = (part: string, end: ClauseEnd) => {
      const text = part.replace(/\s+/g, " ").trim();
      const apart = spaced || SPACE.test(part[0] ?? " ");
      spaced = text === "" ? apart : SPACE.test(part.at(-1)!);
      if (!text) return;
      clauses.push(apart ? { text, end } : { text, end, glued: true });
      limit = LATER;
    };
    for (let cut = nextCut(pending, limit, final); cut; cut = nextCut(pending, limit, final)) {
      add(pending.slice(0, cut.at), cut.end);
      pending = pending.slice(cut.at);
    }
    if (final) {
      add(pending, "sentence");
      pending = "";
    }
    return clauses;
  };
  return {
    push: (delta) => {
      pending += filter.push(delta);
      return take(false);
    },
    finish: () => {
      pending += filter.finish();
      return take(true);
    },
  };
}
