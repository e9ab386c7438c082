/**
 * SenseVoice's rich transcripts. Its tokens are pieces of text in which U+2581 stands for a space, single bytes
 * ("<0xE4>"), and tags: the language, the mood, what kind of sound it is, and whether numbers are written as digits
 * ("<|zh|><|HAPPY|><|Speech|><|withitn|>").
 */

const SPACE = "\u2581";
const BYTE = /^<0x([0-9A-F]{2})>$/;
/** "<|zh|>", "<s>", "<unk>" carry no text. */
const SILENT = /^<.+>$/;
/** The tags of the languages are their BCP 47 names. */
const LANGUAGE = /^<\|(zh|en|ja|ko|yue)\|>$/;
const NO_SPEECH = "<|nospeech|>";

export interface Transcript {
  text: string;
  /** "zh", "en", "ja", "ko" or "yue", as far as the model can tell. */
  language?: string;
}

/**
 * Reads `tokens.txt`: in each line a token, a space and its number, which is that of the line, from 0.
 *
 * @throws {Error} naming the first line that is otherwise.
 */
export function readTokens(file: string): string[] {
  return file.trimEnd().split("\n").map((line, number) => {
    const end = line.lastIndexOf(" ");
    if (end < 1 || line.slice(end + 1).trim() !== String(number)) {
      throw new Error(
        `"tokens.txt" expects a token and the number ${number} in line ${number + 1}: "${line}"`,
      );
    }
    return line.slice(0, end);
  });
}

/** What the model wrote down, every script as it is; nothing where it heard nobody speak. */
export function transcribe(vocabulary: readonly string[], tokens: readonly number[]): Transcript {
  const pieces = tokens.map((token) => vocabulary[token] ?? "");
  if (pieces.includes(NO_SPEECH)) return { text: "" };
  const encoder = new TextEncoder();
  const bytes = pieces.flatMap((piece) => {
    const byte = BYTE.exec(piece);
    if (byte) return [parseInt(byte[1], 16)];
    return SILENT.test(piece) ? [] : [...encoder.encode(piece)];
  });
  const text = new TextDecoder().decode(Uint8Array.from(bytes)).replaceAll(SPACE, " ").trim();
  const language = pieces.map((piece) => LANGUAGE.exec(piece)?.[1]).find((name) => name !== undefined);
  return language ? { text, language } : { text };
}
