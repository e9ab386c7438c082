/** Turns a clause into the phonemes of a Piper voice, and remembers which phonemes belong to which word. */
import { breaks, speakable } from "../../audio/clauses.ts";
import { wordsOf, type Written } from "./writing.ts";

/** A word as it is shown, and the symbols `[from, to)` it is spoken by. */
export interface PhonemeWord {
  text: string;
  /** No space stands between the word before and this one. */
  glued?: true;
  from: number;
  to: number;
}

/** A clause as phonemes. */
export interface Utterance {
  /** Phonemes in IPA (with their stress mark or length, "ˈoʊ"), " " between words, and punctuation marks. */
  symbols: string[];
  /** The symbols in IPA, where the voice has an alphabet of its own. */
  ipa?: string[];
  /** In order; together they are all words of the clause. */
  words: PhonemeWord[];
}

/** Gives eSpeak NG's phonemes of a text in the form "h_ə_l_ˈoʊ w_ˈɜː_l_d". */
export type Phonemize = (text: string) => string;

/** Divides a part of a text into words and says how each is read; `joined`: no space is before the part. */
export type ReadWords = (part: string, joined: boolean) => Written[];

/** What the WebAssembly build of eSpeak NG offers, as far as it is used here. */
interface Espeak {
  HEAPU8: Uint8Array;
  eSpeakNGWorker: new () => {
    set_voice(name: string): number;
    convert_to_phonemes(text: string, ipa: boolean): { ptr: number };
  };
}

async function loadEspeak() {
  const { default: init } = await import("@echogarden/espeak-ng-emscripten");
  const espeak: Espeak = await init();
  return { espeak, worker: new espeak.eSpeakNGWorker(), spoken: "" };
}

/** One for all voices, because its tables take 25 MB and it speaks one language at a time anyway. */
let shared: ReturnType<typeof loadEspeak> | undefined;

/**
 * Loads eSpeak NG (GPL-3.0; https://github.com/espeak-ng/espeak-ng, here as WebAssembly), about 25 MB of tables.
 *
 * @param voice One of eSpeak's voices, "en-us".
 * @throws {Error} if it does not know the voice.
 */
export async function openPhonemizer(voice: string): Promise<Phonemize> {
  const state = await (shared ??= loadEspeak());
  const { espeak, worker } = state;
  const choose = () => {
    if (state.spoken === voice) return;
    if (worker.set_voice(voice) !== 0) throw new Error(`eSpeak NG has no voice "${voice}"`);
    state.spoken = voice;
  };
  choose();
  const decoder = new TextDecoder();
  return (text) => {
    choose();
    const { ptr } = worker.convert_to_phonemes(text, true);
    // The memory may have grown, and moved, during the call.
    const heap = espeak.HEAPU8;
    return decoder.decode(heap.slice(ptr, heap.indexOf(0, ptr)));
  };
}

/** Phonemes word by word: " | " (a clause border) and "(fr)" (a change of language) are no phonemes. */
export function groups(raw: string): string[][] {
  return raw.replace(/\([a-z-]+\)/g, "").replaceAll("|", " ").normalize("NFD").split(/\s+/)
    .map((word) => word.split("_").filter((phoneme) => phoneme !== ""))
    .filter((word) => word.length > 0);
}

/** The voice knows few punctuation marks; the others sound like one of those. */
const SOUNDS_LIKE: Record<string, string> = {
  "…": ".",
  "。": ".",
  "！": "!",
  "？": "?",
  "，": ",",
  "、": ",",
  "；": ";",
  "：": ":",
};

/**
 * Where each word ends among `total` phonemes, when eSpeak's words are not the written ones: "25" is two of them, "of
 * the" is one. Every word gets its share by the number of phonemes it has when it stands alone; a border near one of
 * eSpeak's is moved there.
 */
function shares(weights: number[], borders: number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0) || 1;
  let reached = 0;
  let end = 0;
  return weights.map((weight) => {
    reached += weight;
    const exact = reached * total / sum;
    const nearest = borders.reduce(
      (best, b) => Math.abs(b - exact) < Math.abs(best - exact) ? b : best,
      total,
    );
    const border = Math.abs(nearest - exact) <= 1.5 ? nearest : Math.round(exact);
    end = reached === sum ? total : Math.max(end, border);
    return end;
  });
}

/** Which of the part's `spoken` words (phonemes each) the `written` ones get; ends count phonemes. */
function wordEnds(phonemize: Phonemize, written: Written[], spoken: string[][]): number[] {
  let count = 0;
  const borders = spoken.map((word) => count += word.length);
  // A dash or a lone quote is written but not spoken.
  const weights = written.map(({ reading }) =>
    speakable(reading) ? groups(phonemize(reading)).flat().length : 0
  );
  const voiced = weights.filter((weight) => weight > 0);
  // In a sentence a word may sound a little shorter than alone ("the"), but not much.
  const same = voiced.length === spoken.length && voiced.every((w, i) => Math.abs(w - spoken[i].length) <= 1);
  if (!same) return shares(weights, borders, count);
  let next = 0;
  return weights.map((weight) => weight > 0 ? borders[next++] : borders[next - 1] ?? 0);
}

/** What is spoken of a part, in one piece, so that neighbours can change each other's sound. */
function readingOf(written: Written[]): string {
  const text = written.map(({ reading, glued }) => glued ? reading : ` ${reading}`).join("");
  return text.replace(/[“”"()\[\]{}«»（）「」『』《》]/g, " ").replaceAll("’", "'");
}

/** Adds what stands between two punctuation marks. */
function addPart(utterance: Utterance, phonemize: Phonemize, written: Written[], mark?: string): void {
  const { symbols, words } = utterance;
  const reading = readingOf(written);
  const spoken = speakable(reading) ? groups(phonemize(reading)) : [];
  const ends = wordEnds(phonemize, written, spoken);
  if (spoken.length > 0 && symbols.length > 0) symbols.push(" ");
  // Where the phoneme of that number lies among the symbols, which have gaps between words.
  const places: number[] = [];
  spoken.forEach((word, i) => {
    if (i > 0) symbols.push(" ");
    for (const phoneme of word) places.push(symbols.push(phoneme) - 1);
  });
  let from = 0;
  written.forEach(({ text, glued }, i) => {
    const start = places[from] ?? symbols.length;
    const to = ends[i] > from ? places[ends[i] - 1] + 1 : start;
    words.push(glued ? { text, glued, from: start, to } : { text, from: start, to });
    from = ends[i];
  });
  if (mark && spoken.length > 0) symbols.push(SOUNDS_LIKE[mark] ?? mark);
}

/** A text in parts, each to the punctuation mark at its end: speech pauses there. */
export function* partsOf(
  text: string,
  glued = false,
): Generator<{ part: string; joined: boolean; mark?: string }> {
  const cuts = [...breaks(text, true)].map(({ at }) => at).filter((at) => at < text.length);
  for (const [i, start] of [0, ...cuts].entries()) {
    const part = text.slice(start, cuts[i] ?? text.length);
    const mark = part.match(/([.!?…,;:。！？，；：、])["'”’»)\]}」』）】》〉]*\s*$/)?.[1];
    yield { part, joined: start > 0 ? !/\s/.test(text[start - 1]) : glued, mark };
  }
}

/**
 * The phonemes of a clause. eSpeak drops punctuation, which the voice needs for its melody; so the text is taken in
 * parts, and each part's mark is put back. Words without a sound of their own (a lone dash) get an empty range.
 *
 * @param glued Does the clause follow the one before it without a space?
 */
export function pronounce(
  phonemize: Phonemize,
  text: string,
  glued = false,
  read: ReadWords = wordsOf,
): Utterance {
  const utterance: Utterance = { symbols: [], words: [] };
  for (const { part, joined, mark } of partsOf(text, glued)) {
    addPart(utterance, phonemize, read(part, joined), mark);
  }
  return utterance;
}
