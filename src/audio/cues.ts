/**
 * Directions to the face in a reply, such as "[smile]": they are taken out of what is spoken and shown, and kept with
 * the place where they stood.
 *
 * A bracket, `[…]`, `【…】` or `［…］`, is a direction when
 * 1. the first of at most four words in it is a known one in any of its forms and in any case ("[smile]", "[Laughs
 *    softly]", "[SIGHS]"), or it is one of the known Chinese words ("【微笑】"): the face plays it; or
 * 2. it holds one to four words of small letters that stand apart from the letters around them, and the first is no
 *    word that a sentence goes on with ("[excited]", "[clears throat]"): it is left out, and nothing is played.
 * Everything else is read as it is written: numbers ("[1]"), "[sic]", names and other words with capitals ("[Paris]"),
 * insertions ("[the president]"), endings ("word[s]"), single letters, and the text of a Markdown link ("[smile](…)").
 */
import type { Cue, CueName, WordSpan } from "../engine/frame.ts";

/** A direction and how much stands before it. */
export interface PlacedCue {
  name: CueName;
  /** In a clause or reply: how many characters that are not white space (UTF-16 code units) are before it. */
  at: number;
}

/** A direction that was taken out; without a name it is unknown to the face. `at`: index into the text that passed. */
export interface Taken {
  name: CueName | null;
  at: number;
}

/** What is left of a text, and what was taken out. */
export interface Passed {
  text: string;
  taken: Taken[];
}

const forms: Record<CueName, RegExp> = {
  smile: /^(smil(e|es|ed|ing)|grin(s|ned|ning)?|happy|happily)$/,
  laugh: /^(laugh(s|ed|ing|ter)?|chuckl(e|es|ed|ing)|giggl(e|es|ed|ing))$/,
  sad: /^(sad(ly)?|sigh(s|ed|ing)?|frown(s|ed|ing)?)$/,
  surprise: /^(surpris(e|es|ed)|gasp(s|ed|ing)?)$/,
  think: /^(think(s|ing)?|ponder(s|ing)?|thoughtful(ly)?)$/,
  nod: /^nod(s|ded|ding)?$/,
  shake: /^shak(e|es|ing)$/,
  angry: /^angr(y|ily)$/,
};
const chinese: Record<CueName, string> = {
  smile: "微笑|笑|笑着|开心",
  laugh: "大笑|笑出声|哈哈大笑",
  sad: "难过|悲伤|伤心|叹气",
  surprise: "惊讶|吃惊|惊喜",
  think: "思考|沉思|想一想",
  nod: "点头|点点头",
  shake: "摇头|摇摇头",
  angry: "生气|愤怒",
};
const NAMES = Object.keys(forms) as CueName[];
const byChinese = new Map(NAMES.flatMap((name) => chinese[name].split("|").map((word) => [word, name])));
/** What begins an insertion that is read aloud, and what is no direction by itself. */
const READ =
  /^(sic|a|an|the|this|that|these|those|my|your|his|her|its|our|their|i|you|he|she|it|we|they|and|or|but|not|of|to|in|on|at|for|from|by|with|as|is|are|was|were|be|if|see)$/;
const OPEN = /[[【［]/, CLOSE = /[\]】］]/;
const LETTER = /[\p{L}\p{N}]/u;
const INSIDE = /[\p{L}\p{M} '’-]/u;
const MARK = /[,.!?;:…，。！？；：、]/;
/** Characters of a direction at most, its brackets included. */
const LONGEST = 40;
const WORDS = 4;

/** The name of the direction, null for one that is unknown to the face; undefined: it is to be read. */
function judge(inside: string, before: string): CueName | null | undefined {
  const content = inside.trim();
  const known = byChinese.get(content) as CueName | undefined;
  if (known) return known;
  const words = content.toLowerCase().split(/[\s-]+/);
  if (content === "" || words.length > WORDS) return undefined;
  const name = NAMES.find((name) => forms[name].test(words[0]));
  if (name) return name;
  const apart = !LETTER.test(before) && words[0].length > 1 && /^[a-z' -]+$/.test(content);
  return apart && !READ.test(words[0]) ? null : undefined;
}

export interface CueFilter {
  push(text: string): Passed;
  /** The text is complete: what was held back, because it might have become a direction. */
  finish(): Passed;
}

/** What may become a direction. */
interface Bracket {
  text: string;
  /** The character before it. */
  before: string;
  /** Once it is closed and turned out to be one. */
  name?: CueName | null;
}

/**
 * Takes directions out of a text that comes in pieces, however it is broken. Only what stands in a bracket that may still
 * become one waits; a closed one waits for the character behind it, which tells a link.
 */
export function cueFilter(): CueFilter {
  let bracket: Bracket | null = null;
  let last = "";
  const pass = (out: Passed, text: string) => {
    out.text += text;
    last = text.at(-1) ?? last;
    bracket = null;
  };
  /** The character behind a closed bracket tells what it is. */
  const settle = (out: Passed, { text, name }: Bracket, next: string) => {
    if (next === "(" || (name === null && LETTER.test(next))) pass(out, text);
    else out.taken.push({ name: name!, at: out.text.length });
    bracket = null;
  };
  /** False when the character is none of the bracket's. */
  const grow = (out: Passed, open: Bracket, character: string): boolean => {
    if (CLOSE.test(character)) {
      open.name = judge(open.text.slice(1), open.before);
      open.text += character;
      if (open.name === undefined) pass(out, open.text);
      return true;
    }
    if (INSIDE.test(character) && open.text.length < LONGEST) {
      open.text += character;
      return true;
    }
    pass(out, open.text);
    return false;
  };
  const read = (out: Passed, character: string) => {
    if (bracket?.name !== undefined) settle(out, bracket, character);
    else if (bracket && grow(out, bracket, character)) return;
    if (OPEN.test(character)) bracket = { text: character, before: last };
    else pass(out, character);
  };
  return {
    push(text) {
      const out: Passed = { text: "", taken: [] };
      for (const character of text) read(out, character);
      return out;
    },
    finish() {
      const out: Passed = { text: "", taken: [] };
      if (bracket?.name !== undefined) settle(out, bracket, "");
      else if (bracket) pass(out, bracket.text);
      return out;
    },
  };
}

const visible = (text: string) => text.replace(/\s/g, "").length;

/** Drops the space that a direction leaves before a mark: "Hello [smile]." is "Hello." */
export function closeGaps(text: string, taken: readonly Taken[]): string {
  for (const { at } of taken.toReversed()) {
    if (/\s/.test(text[at - 1] ?? "") && MARK.test(text[at] ?? "")) {
      text = text.slice(0, at - 1) + text.slice(at);
    }
  }
  return text;
}

/** The directions that the face knows, placed in a text in which they stood. */
export function placedIn(text: string, taken: readonly Taken[]): PlacedCue[] {
  return taken.flatMap(({ name, at }) => name === null ? [] : [{ name, at: visible(text.slice(0, at)) }]);
}

/** Tells when directions are due, from the times of the words among which they stood. */
export interface CueClock {
  add(cues: readonly PlacedCue[]): void;
  /** The next words: the directions before and in them, each at the beginning of the word that it stands before or in. */
  reach(words: readonly WordSpan[]): Cue[];
  /** No word follows; what is left is due at `end`, seconds. */
  rest(end: number): Cue[];
}

export function cueClock(placed: readonly PlacedCue[] = []): CueClock {
  const waiting = [...placed];
  let passed = 0;
  return {
    add: (cues) => void waiting.push(...cues),
    reach(words) {
      const due: Cue[] = [];
      for (const { text, start } of words) {
        passed += visible(text);
        while (waiting.length > 0 && waiting[0].at < passed) due.push({ name: waiting.shift()!.name, start });
      }
      return due;
    },
    rest: (end) => waiting.splice(0).map(({ name }) => ({ name, start: end })),
  };
}
