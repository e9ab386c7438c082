/** The words of a text as they are written, for captions that follow the voice. */

/** A word with the punctuation at it. Chinese and Japanese have no spaces: there it is a single character. */
export interface Written {
  text: string;
  /** What is spoken for it. */
  reading: string;
  /** No space stands between the word before and this one. */
  glued?: true;
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〆]/u;
const LETTER = /[\p{L}\p{N}]/u;
const OPENER = /[\p{Ps}\p{Pi}]/u;

/** Is it a character of Chinese or Japanese? */
export function ideographic(character: string): boolean {
  return CJK.test(character);
}

/** A run without spaces, cut before and behind each CJK character; marks stay with the letter that they belong to. */
function split(run: string): string[] {
  const pieces: string[] = [];
  let piece = "";
  /** What the piece has so far. */
  let holds: "nothing" | "letters" | "character" = "nothing";
  for (const letter of run) {
    const cjk = CJK.test(letter);
    const opens = LETTER.test(letter) ? cjk || holds === "character" : OPENER.test(letter);
    if (holds !== "nothing" && opens) {
      pieces.push(piece);
      piece = "";
      holds = "nothing";
    }
    piece += letter;
    if (cjk) holds = "character";
    else if (LETTER.test(letter) && holds === "nothing") holds = "letters";
  }
  return [...pieces, piece];
}

/**
 * The words of a part of a text, in order; joined, with a space before each that is not glued, they are the text.
 *
 * @param joined Does the part follow what is before it without a space?
 */
export function wordsOf(part: string, joined: boolean): Written[] {
  const words: Written[] = [];
  for (const [, space, run] of part.matchAll(/(\s*)(\S+)/g)) {
    const pieces = CJK.test(run) ? split(run) : [run];
    pieces.forEach((text, i) => {
      const first = words.length === 0;
      const glued = i > 0 || (space === "" && (!first || joined));
      words.push(glued ? { text, reading: text, glued } : { text, reading: text });
    });
  }
  return words;
}
