/** Chinese text as it is read aloud: numbers, dates, units and signs in characters. */
import { numeralAt, unitReading } from "./numerals.ts";
import { wordsOf, type Written } from "./writing.ts";

/** The places in a word where a number or sign stands, as `[from, to)` with its reading. */
function numerals(text: string) {
  const found: { from: number; to: number; reading: string }[] = [];
  for (let at = 0; at < text.length; at++) {
    const numeral = numeralAt(text, at);
    if (!numeral) continue;
    found.push({ from: at, to: at + numeral.length, reading: numeral.reading });
    at += numeral.length - 1;
  }
  return found;
}

/** Adds a piece of text; what is not read at all (a closing bracket, a comma) goes to the word before it. */
function add(words: Written[], text: string, glued: boolean, reading?: string): void {
  const last = words.at(-1);
  if (text === "") return;
  if (glued && last && reading === undefined) {
    const [marks] = text.match(/^[^\p{L}\p{N}\p{Ps}\p{Pi}]+/u) ?? [""];
    last.text += marks;
    text = text.slice(marks.length);
  }
  if (reading === undefined) words.push(...wordsOf(text, glued));
  else words.push(glued ? { text, reading, glued } : { text, reading });
}

/**
 * The words of a part of a Chinese text and how each is read. A number with its unit is one word, since its parts are
 * spoken in another order than written ("50%" is "百分之五十").
 *
 * @param joined Does the part follow what is before it without a space?
 */
export function chineseWords(part: string, joined: boolean): Written[] {
  const words: Written[] = [];
  for (const [, space, run] of part.matchAll(/(\s*)(\S+)/g)) {
    const glued = space === "" && (joined || words.length > 0);
    const afterNumber = /\d$/.test(words.at(-1)?.text ?? "");
    const [sign] = run.match(/^[A-Za-z°℃㎡²³/]+/) ?? [""];
    const unit = afterNumber ? unitReading(sign) : undefined;
    if (unit) add(words, sign, glued, unit);
    let at = unit ? sign.length : 0;
    for (const { from, to, reading } of numerals(run)) {
      add(words, run.slice(at, from), at > 0 || glued);
      add(words, run.slice(from, to), from > 0 || glued, reading);
      at = to;
    }
    add(words, run.slice(at), at > 0 || glued);
  }
  return words;
}
