/**
 * Words in Latin letters as a voice says them that knows Chinese syllables only, the way loan words are adapted:
 * consonants that no vowel follows get one ("GPT": ji pi ti; "Kubernetes": ku be nei ti si).
 */
import { groups, type Phonemize } from "./phonemizer.ts";

/** Initial ("Ø": none), final and tone. */
export type Syllable = [initial: string, final: string, tone: string];

/** IPA → initial before a vowel, and the syllable it becomes without one. */
const CONSONANTS: Record<string, [initial: string, alone: string]> = {
  p: ["p", "p u"],
  b: ["b", "b u"],
  t: ["t", "t e"],
  ɾ: ["d", "d e"],
  d: ["d", "d e"],
  k: ["k", "k e"],
  ɡ: ["g", "g e"],
  g: ["g", "g e"],
  f: ["f", "f u"],
  v: ["w", "f u"],
  θ: ["s", "s i"],
  s: ["s", "s i"],
  ð: ["z", "z i"],
  z: ["z", "z i"],
  ʃ: ["sh", "sh i"],
  ʒ: ["r", "r i"],
  h: ["h", "h e"],
  x: ["h", "h e"],
  l: ["l", "Ø er"],
  ɹ: ["l", "Ø er"],
  r: ["l", "Ø er"],
  w: ["w", "w u"],
  j: ["y", "y i"],
  m: ["m", "m u"],
  n: ["n", "Ø en"],
  ŋ: ["Ø", "Ø eng"],
};
const AFFRICATES: Record<string, [initial: string, alone: string]> = {
  tʃ: ["ch", "ch i"],
  dʒ: ["zh", "zh i"],
  ts: ["c", "c i"],
};
/** IPA → final; the longest that fits is taken. */
const VOWELS: [string, string][] = [
  ["aɪ", "ai"],
  ["aʊ", "ao"],
  ["eɪ", "ei"],
  ["ɔɪ", "ou"],
  ["oʊ", "ou"],
  ["əʊ", "ou"],
  ["ɚ", "er"],
  ["æ", "a"],
  ["ɐ", "a"],
  ["ʌ", "a"],
  ["ɑ", "a"],
  ["a", "a"],
  ["ɒ", "ao"],
  ["ɔ", "ao"],
  ["o", "ou"],
  ["ə", "e"],
  ["ɜ", "e"],
  ["ɛ", "ei"],
  ["e", "ei"],
  ["ᵻ", "i"],
  ["ɪ", "i"],
  ["i", "i"],
  ["y", "v"],
  ["ʊ", "u"],
  ["u", "u"],
];
/** With a nasal behind it. */
const NASAL: Record<string, Record<string, string>> = {
  n: { a: "an", e: "en", ei: "en", i: "in", u: "un", ou: "ong", ao: "ong", ai: "ai n", er: "er n" },
  ŋ: { a: "ang", e: "eng", ei: "eng", i: "ing", u: "ong", ou: "ong", ao: "ang" },
};
/** Finals that an initial cannot take, and the nearest that it can. */
const MENDED: [initials: RegExp, final: RegExp, becomes: (initial: string) => [string, string?]][] = [
  [/^(sh|s)$/, /^i(n|ng)?$/, () => ["x"]],
  [/^(zh|z)$/, /^i(n|ng)?$/, () => ["j"]],
  [/^(ch|c)$/, /^i(n|ng)?$/, () => ["q"]],
  [/^[gkhfwr]$/, /^i$/, (initial) => [initial, "ei"]],
  [/^[gkhfwr]$/, /^ing?$/, (initial) => [initial, "en"]],
  [/^Ø$/, /^i(n|ng)?$/, () => ["y"]],
  [/^Ø$/, /^u$/, () => ["w"]],
  [/^Ø$/, /^ong$/, () => ["w", "eng"]],
  [/^[bpmfw]$/, /^(e|ou|er)$/, (initial) => [initial, "o"]],
  [/^[bpmfw]$/, /^ong$/, (initial) => [initial, "eng"]],
  [/^[fwy]$/, /^ao$/, (initial) => [initial, initial === "y" ? "ao" : "o"]],
  [/^f$/, /^ai$/, (initial) => [initial, "ei"]],
  [/^y$/, /^u$/, (initial) => [initial, "ou"]],
  [/^y$/, /^(ei|ai|er)$/, (initial) => [initial, "e"]],
  [/^y$/, /^(en|eng)$/, (initial) => [initial, "an"]],
  [/^[tsc]$/, /^ei$/, (initial) => [initial, "ai"]],
  [/^(r|ch)$/, /^ei$/, (initial) => [initial, "ai"]],
  [/^.+$/, /^er$/, (initial) => [initial, initial === "Ø" ? "er" : "e"]],
];

function mended(initial: string, final: string, tone: string): Syllable {
  for (const [initials, finals, becomes] of MENDED) {
    if (!initials.test(initial) || !finals.test(final)) continue;
    const [start, end = final] = becomes(initial);
    return [start, end, tone];
  }
  return [initial, final, tone];
}

const alone = (syllable: string): Syllable => {
  const [initial, final] = syllable.split(" ");
  return [initial, final, "5"];
};

/** The sounds of a word as consonants and finals. */
function sounds(ipa: string): ({ consonant: [string, string]; letter: string } | { final: string })[] {
  const found: ReturnType<typeof sounds> = [];
  for (let at = 0; at < ipa.length;) {
    const pair = ipa.slice(at, at + 2);
    const vowel = VOWELS.find(([letters]) => ipa.startsWith(letters, at));
    if (AFFRICATES[pair]) found.push({ consonant: AFFRICATES[pair], letter: pair });
    else if (vowel) found.push({ final: vowel[1] });
    else if (CONSONANTS[ipa[at]]) found.push({ consonant: CONSONANTS[ipa[at]], letter: ipa[at] });
    at += AFFRICATES[pair] ? 2 : vowel?.[0].length ?? 1;
  }
  return found;
}

/** @param phonemize eSpeak NG's English */
export function syllablesOf(text: string, phonemize: Phonemize): Syllable[] {
  const syllables: Syllable[] = [];
  for (const word of groups(phonemize(text))) {
    const all = sounds(word.join("").replace(/[ˈˌːˑ\u0300-\u036f]/g, ""));
    for (let i = 0; i < all.length; i++) {
      const sound = all[i], next = all[i + 1];
      if ("consonant" in sound && !(next && "final" in next)) {
        syllables.push(alone(sound.consonant[1]));
        continue;
      }
      const initial = "consonant" in sound ? sound.consonant[0] : "Ø";
      const open = "consonant" in sound ? all[++i] as { final: string } : sound;
      const coda = all[i + 1], after = all[i + 2];
      const nasal = coda && "consonant" in coda && !(after && "final" in after)
        ? NASAL[coda.letter === "m" ? "n" : coda.letter]?.[open.final]
        : undefined;
      if (nasal) i++;
      const [final, extra] = (nasal ?? open.final).split(" ");
      syllables.push(mended(initial, final, "1"));
      if (extra) syllables.push(alone("Ø en"));
    }
  }
  return syllables;
}
