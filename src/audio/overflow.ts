/** Where text that has no punctuation is cut when it grows too long. */

/** How long a piece of text may be; the first of these that is reached counts, words and characters taken together. */
export interface Limit {
  words: number;
  /** Chinese and Japanese characters, which are counted instead of words. */
  cjk: number;
  /** Of any script. */
  characters: number;
}

/** So many characters more are awaited before Chinese is cut without a mark: the mark, or the end, may be near. */
const AHEAD = 4;

export const CJK = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u;
export const SPACE = /\s/;
const LETTER = /[\p{L}\p{N}]/u;
const NEAR_MARK = /[.!?…,;:。！？，；：、\s]/;
/** The word borders of Chinese and Japanese, from ICU's dictionary of both. */
const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

/**
 * Where text that has outgrown its limit before the CJK character at `at` is cut: between two words. `null`: a mark or a
 * space follows soon; `undefined`: that cannot be told yet, or only a stub would be left.
 */
function seam(text: string, at: number): number | null | undefined {
  const rest = text.slice(at, at + AHEAD);
  if (NEAR_MARK.test(rest)) return null;
  if (rest.length < AHEAD) return undefined;
  let border = 0;
  for (const { index } of segmenter.segment(text.slice(0, at + AHEAD))) if (index <= at) border = index;
  return LETTER.test(text.slice(0, border)) ? border : at;
}

/** Where `text` outgrows the limit: at a white space, between two CJK words, or, failing both, anywhere. */
export function overflow(text: string, limit: Limit): number {
  let words = 0;
  let characters = 0;
  let previous = " ";
  let at = 0;
  for (const character of text) {
    const full = words * limit.cjk + characters * limit.words >= limit.words * limit.cjk ||
      at >= limit.characters;
    const cjk = CJK.test(character);
    const gap = !SPACE.test(previous) && (cjk || SPACE.test(character));
    if (at >= 2 * limit.characters) return at;
    if (full && gap && words + characters > 0) {
      const cut = cjk ? seam(text, at) : at;
      if (cut !== null) return cut ?? Infinity;
    }
    if (cjk) characters++;
    else if (!SPACE.test(character) && SPACE.test(previous)) words++;
    previous = character;
    at += character.length;
  }
  return Infinity;
}
