/** What the words tell of whether somebody has finished (English; Chinese has a file of its own). */
import { chineseEndingOf } from "./chinese_ending.ts";

/**
 * - `question`: a question mark; recognisers set it late and seldom without reason.
 * - `answer`: a word or two that need nothing after them ("Yes, please.").
 * - `stop`: a full stop or exclamation mark. Weak: Moonshine sets one after most pauses.
 * - `loose`: a comma or no mark at all, or a word that more often than not goes on ("It was.", "I went in.").
 * - `number`: digits that sound like the beginning of a longer number ("five five").
 * - `hanging`: a word that nothing can end with, or a filler ("and", "the", "um", "you know").
 */
export type Ending = "question" | "answer" | "stop" | "loose" | "number" | "hanging";

const words = (list: string) => new Set(list.split(" "));

/** Even a question does not end with these. */
const HANGING = words(
  "a an the and or nor but because although though unless whereas if than as whether while since until till my our " +
    "its their every each very quite rather just um uh uhm er erm hmm hm mm i he she they we gonna wanna",
);
/** Questions may: "What are you looking for?" */
const PREPOSITIONS = words(
  "of to for from with without at into onto upon by between among against toward towards during like about that " +
    "which who whose what when where how your his not",
);
const LOOSE = words(
  "in on up off out over down through around after before so more less most some any no this these those other such " +
    "then also actually basically really well maybe it's that's i'm there's",
);
/** These end long sentences ("better than he was") and begin short ones ("It was"). */
const AUXILIARIES = words(
  "is was are were am be been has have had do does did can could will would shall should may might must",
);
const SHORT = 4;
const FILLER_PHRASES = ["you know", "i mean", "sort of", "kind of", "let me see", "let me think"];
const ANSWERS = words(
  "yes yeah yep yup no nope okay ok sure right exactly thanks please hello hi hey bye goodbye stop great fine " +
    "perfect absolutely definitely correct never always",
);
const ANSWER_PHRASES = [
  "thank you",
  "thank you very much",
  "thanks a lot",
  "not really",
  "of course",
  "good morning",
  "good evening",
  "no idea",
  "i see",
];
const DIGITS = words(
  "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double",
);

/** Shorter runs of digits are the beginning of one, and a single one is a count. */
const SHORTEST_NUMBER = 7;

/** How many digits the text ends with; words of tens and hundreds count as one. */
function digitsAtEnd(spoken: readonly string[]): number {
  let digits = 0;
  for (const word of spoken.toReversed()) {
    if (/^\d+$/.test(word)) digits += word.length;
    else if (DIGITS.has(word)) digits++;
    else break;
  }
  return digits;
}

function isAnswer(spoken: readonly string[]): boolean {
  if (spoken.length > 4) return false;
  const phrase = spoken.join(" ");
  return spoken.every((word) => ANSWERS.has(word)) || ANSWER_PHRASES.includes(phrase);
}

const ENDS_IN_CHINESE = /\p{Script=Han}[^\p{L}]*$/u;

/** How does this transcript end? It must have a word in it. */
export function endingOf(text: string): Ending {
  if (ENDS_IN_CHINESE.test(text)) return chineseEndingOf(text);
  const spoken = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  const last = spoken.at(-1) ?? "";
  const mark = text.trimEnd().at(-1) ?? "";
  if (/(\.{2,}|…|-|–|—)\s*$/.test(text) || HANGING.has(last)) return "hanging";
  if (mark === "?") return "question";
  if (isAnswer(spoken)) return "answer";
  const phrase = spoken.slice(-3).join(" ");
  if (PREPOSITIONS.has(last) || FILLER_PHRASES.some((filler) => ` ${phrase}`.endsWith(` ${filler}`))) {
    return "hanging";
  }
  const digits = digitsAtEnd(spoken);
  if (digits > 1 && digits < SHORTEST_NUMBER && spoken.length >= digits) return "number";
  const loose = LOOSE.has(last) || (AUXILIARIES.has(last) && spoken.length < SHORT);
  return /[.!]/.test(mark) && !loose ? "stop" : "loose";
}
