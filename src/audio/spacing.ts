/** Puts pieces of text together as their script is written: with spaces, or, like Chinese and Japanese, without. */

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u;
/** 、。「」 and the like, and full-width forms such as ，！？ bring their own space. */
const WIDE_MARK = /[\u3001-\u303f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/;
const LAST_LETTER = /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u;
const FIRST_LETTER = /[\p{L}\p{N}]/u;

/** Does the script ask for no space between the two? */
function touching(left: string, right: string): boolean {
  if (WIDE_MARK.test(left.at(-1)!) || WIDE_MARK.test(right[0])) return true;
  const [before] = left.match(LAST_LETTER) ?? [""];
  const [after] = right.match(FIRST_LETTER) ?? [""];
  return UNSPACED.test(before) && UNSPACED.test(after);
}

/**
 * Joins words or longer pieces of text. Between two pieces of Han or Kana, and next to full-width punctuation, there is
 * no space; between all others (Hangul among them, and Han beside Latin) there is one. Empty pieces are left out.
 */
export function joinWords(pieces: Iterable<string>): string {
  let text = "";
  for (const piece of pieces) {
    if (piece === "") continue;
    text += text === "" || touching(text, piece) ? piece : ` ${piece}`;
  }
  return text;
}
