/**
 * Chinese for voices whose phonemes are pinyin: initial, final and tone of every syllable.
 *
 * The alphabet is Piper's (https://github.com/OHF-Voice/piper1-gpl, `phonemize_chinese.py`). There a neural network of 150
 * MB chooses between the readings of a character; here the dictionary of pinyin-pro does
 * (https://github.com/zh-lx/pinyin-pro, MIT), which knows them by the words they stand in. Tones are those of the
 * dictionary: the voice has learned by itself how they change next to each other.
 */
import type { pinyin } from "pinyin-pro";
import { speakable } from "../../audio/clauses.ts";
import { chineseWords } from "./chinese.ts";
import { type Syllable, syllablesOf } from "./loanword.ts";
import { partsOf, type Phonemize, type Utterance } from "./phonemizer.ts";
import { type IdMap, type Ids, idsOfGroups } from "./timeline.ts";
import type { Written } from "./writing.ts";

const INITIALS = "zh ch sh b p m f d t n l g k h j q x r z c s y w".split(" ");
const ZERO = "Ø";
const TONE = /^[1-5]$/;
/** Behind these, and behind a tone, stands a blank. */
const MARK = /^[。？！—…、，：；,.?!:; ]$/;
const WIDE: Record<string, string> = { ",": "，", ".": "。", "?": "？", "!": "！", ":": "：", ";": "；" };

/** For the mouth. A blank stands for the initial that is none; a tone lengthens the final before it. */
const IPA: Record<string, string> = Object.fromEntries(
  ("Ø _ b p p p m m f f d t t t n n l l g k k k h x j tɕ q tɕ x ɕ zh ʈʂ ch ʈʂ sh ʂ r ɻ z ts c ts s s y j w w " +
    "a a o o e ɤ ai ai ei ei ao ɑu ou ou an an en ən ang ɑŋ eng əŋ ong ʊŋ i i ia ia ie iɛ iao iɑu iu iou ian iɛn " +
    "in in iang iɑŋ ing iŋ iong yʊŋ u u ua ua uo uo uai uai ui uei uan uan un uən uang uɑŋ ueng uəŋ v y ve yɛ " +
    "van yɛn vn yn er ɚ ue yɛ 1 ː 2 ː 3 ː 4 ː 5 ː").split(" ").flatMap((symbol, i, all) =>
      i % 2 === 0 ? [[symbol, all[i + 1]]] : []
    ),
);

type Pinyin = typeof pinyin;

/** "hang2" → h, ang, 2; what is no syllable the alphabet knows is null. */
export function syllable(pinyin: string): Syllable | null {
  const [, sounds, tone] = pinyin.match(/^([a-z]+)([0-5])$/) ?? [];
  if (!sounds) return null;
  // 嗯 and its like have no vowel.
  const base = { n: "en", ng: "en", m: "mu", hm: "heng", hng: "heng" }[sounds] ?? sounds;
  const initial = INITIALS.find((start) => base.startsWith(start)) ?? "";
  const final = base.slice(initial.length);
  return IPA[final] ? [initial || ZERO, final, tone === "0" ? "5" : tone] : null;
}

/** The syllables of each word. */
function syllables(words: Written[], toPinyin: Pinyin, phonemize: Phonemize): Syllable[][] {
  const characters = words.flatMap(({ reading }) => [...reading]);
  const all = toPinyin(characters.join(""), { type: "array", toneType: "num", toneSandhi: false, v: true });
  let at = 0;
  return words.map(({ reading }) => {
    const found: Syllable[] = [];
    for (const run of reading.matchAll(/\p{Script=Han}|[^\p{Script=Han}]+/gu)) {
      const [text] = run;
      if (/\p{Script=Han}/u.test(text)) {
        const known = syllable(all[at] ?? "");
        if (known) found.push(known);
      } else if (speakable(text)) found.push(...syllablesOf(text, phonemize));
      at += [...text].length;
    }
    return found;
  });
}

/**
 * Loads the dictionary.
 *
 * @param phonemize eSpeak NG's English, for words in Latin letters.
 * @returns from a clause to its pinyin; `glued` as for `pronounce`
 */
export async function openPinyin(
  phonemize: Phonemize,
): Promise<(text: string, glued?: boolean) => Utterance> {
  const { pinyin } = await import("pinyin-pro");
  return (text, glued = false) => {
    const symbols: string[] = [];
    const utterance: Utterance = { symbols, words: [] };
    for (const { part, joined, mark } of partsOf(text, glued)) {
      const words = chineseWords(part, joined);
      const spoken = syllables(words, pinyin, phonemize);
      words.forEach(({ text, glued }, i) => {
        const from = symbols.length;
        const to = symbols.push(...spoken[i].flat());
        utterance.words.push(glued ? { text, glued, from, to } : { text, from, to });
      });
      if (mark && spoken.some((word) => word.length > 0)) symbols.push(WIDE[mark] ?? mark);
    }
    utterance.ipa = symbols.map((symbol) => IPA[symbol] ?? symbol);
    return utterance;
  };
}

/** Ids in the order such voices were trained on: a blank behind every syllable and mark, none within. */
export function pinyinIds(symbols: string[], map: IdMap): Ids {
  return idsOfGroups(
    symbols.map((symbol) => [symbol]),
    map,
    (symbol) => TONE.test(symbol) || MARK.test(symbol),
  );
}
