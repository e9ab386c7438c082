/** How a voice is spelled: each kind of phonemes that Piper's voices were trained on. */
import type { VoiceDescription } from "./description.ts";
import { chineseWords } from "./chinese.ts";
import { openPhonemizer, type Phonemize, pronounce, type Utterance } from "./phonemizer.ts";
import { openPinyin, pinyinIds } from "./pinyin.ts";
import { type Ids, idsOf } from "./timeline.ts";
import { wordsOf } from "./writing.ts";

export interface Alphabet {
  /** The phonemes of a clause. `glued`: it follows the clause before it without a space. */
  pronounce(text: string, glued?: boolean): Utterance;
  /** What of them the voice knows, as it takes them. */
  idsOf(symbols: string[]): Ids;
}

/** eSpeak's Mandarin writes the rising tone like a vowel. */
const RISING = /ɜ$/;

/** The letters themselves, in the form that eSpeak's phonemes have. */
const letters: Phonemize = (text) =>
  text.trim().split(/\s+/).map((word) =>
    [...word].filter((point) => /[\p{L}\p{M}\p{N}]/u.test(point)).join("_")
  )
    .join(" ");

/** @throws {Error} if eSpeak NG does not know the voice's language. */
export async function openAlphabet(description: VoiceDescription): Promise<Alphabet> {
  const { phoneme_type, phoneme_id_map: map, espeak } = description;
  if (phoneme_type === "pinyin") {
    const pronounce = await openPinyin(await openPhonemizer("en-us"));
    return { pronounce, idsOf: (symbols) => pinyinIds(symbols, map) };
  }
  const phonemize = phoneme_type === "text" ? letters : await openPhonemizer(espeak.voice);
  if (phoneme_type === "espeak" && /^(cmn|zh)/.test(espeak.voice)) {
    return {
      pronounce(text, glued) {
        const utterance = pronounce(phonemize, text, glued, chineseWords);
        return { ...utterance, ipa: utterance.symbols.map((symbol) => symbol.replace(RISING, "")) };
      },
      idsOf: (symbols) => idsOf(symbols, map),
    };
  }
  return {
    pronounce: (text, glued) => pronounce(phonemize, text, glued, wordsOf),
    idsOf: (symbols) => idsOf(symbols, map),
  };
}
