/**
 * Moonshine's vocabulary. `tokenizer.bin` holds one entry after the other: a length and as many bytes of UTF-8. A
 * length below 128 takes one byte, a longer one two (low seven bits with the top bit set, then the rest); length 0
 * is an unused entry. U+2581 stands for a space (github.com/moonshine-ai/moonshine, `bin-tokenizer`).
 */

const SPACE = "\u2581";

/** The bytes of each token, by its number. */
export type Vocabulary = readonly Uint8Array[];

/**
 * Reads `tokenizer.bin`.
 *
 * @throws {Error} if the last entry is cut short.
 */
export function readVocabulary(bytes: Uint8Array): Vocabulary {
  const vocabulary: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    let length = bytes[at++];
    if (length >= 128) length = bytes[at++] * 128 + length - 128;
    if (!(at + length <= bytes.length)) {
      throw new Error(`The vocabulary "tokenizer.bin" is cut short in entry ${vocabulary.length}`);
    }
    vocabulary.push(bytes.subarray(at, at += length));
  }
  return vocabulary;
}

/** "<s>", "<unk>" and the like carry no text. */
function special(token: Uint8Array): boolean {
  return token.length > 2 && token[0] === 0x3c && token[token.length - 1] === 0x3e;
}

/** The text of the tokens, without the space before the first word. */
export function decode(vocabulary: Vocabulary, tokens: readonly number[]): string {
  const bytes: number[] = [];
  for (const token of tokens) {
    const piece = vocabulary[token];
    if (piece && !special(piece)) bytes.push(...piece);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes)).replaceAll(SPACE, " ").trim();
}
