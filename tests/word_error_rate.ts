/** How far a transcript is from what was said. */

const ONES = [
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
  "seventeen eighteen nineteen",
].join(" ").split(" ");
const TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const SHORT: Record<string, string> = {
  mr: "mister",
  mrs: "missus",
  dr: "doctor",
  st: "saint",
  ok: "okay",
  "&": "and",
  "%": "percent",
};

/** A whole number below a thousand in words. */
function spell(number: number): string {
  if (number < 20) return ONES[number];
  const rest = (unit: number) => number % unit > 0 ? ` ${spell(number % unit)}` : "";
  if (number < 100) return TENS[Math.floor(number / 10)] + rest(10);
  return `${ONES[Math.floor(number / 100)]} hundred${rest(100)}`;
}

/** The words of a text in one spelling: lower case, without punctuation, small numbers and titles written out. */
export function words(text: string): string[] {
  return text.toLowerCase()
    .replace(/['’]/g, "")
    .replace(/(\d),(?=\d{3})/g, "$1")
    .replace(/[&%]/g, " $& ")
    .replace(/[^\p{L}\p{N}&%]+/gu, " ")
    .split(" ")
    .filter((word) => word !== "")
    .flatMap((word) => (/^\d{1,3}$/.test(word) ? spell(Number(word)) : SHORT[word] ?? word).split(" "));
}

/** Fewest words to add, drop or change that turn the hypothesis into the reference (Levenshtein distance). */
export function wordErrors(reference: string, hypothesis: string): { errors: number; words: number } {
  const said = words(reference);
  const heard = words(hypothesis);
  let above = Array.from({ length: heard.length + 1 }, (_, n) => n);
  for (let i = 0; i < said.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < heard.length; j++) {
      row.push(Math.min(above[j] + Number(said[i] !== heard[j]), above[j + 1] + 1, row[j] + 1));
    }
    above = row;
  }
  return { errors: above[heard.length], words: said.length };
}

/**
 * Word error rate: wrong words as a share of the words of the reference; 0 is perfect, and it may exceed 1. With an
 * empty reference every word heard counts as one.
 */
export function wordErrorRate(reference: string, hypothesis: string): number {
  const { errors, words } = wordErrors(reference, hypothesis);
  return errors / Math.max(1, words);
}
