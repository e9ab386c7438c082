/** When each phoneme and each word of a clause is heard, from the voice's own durations. */
import type { PhonemeSpan, WordSpan } from "../../engine/frame.ts";
import type { Utterance } from "./phonemizer.ts";

/** Piper's alphabet: every symbol has one or more ids. */
export type IdMap = Record<string, number[]>;

/** A clause as the voice takes it. */
export interface Ids {
  ids: number[];
  /** The symbol each id belongs to; -1 for the silence before and behind. */
  owners: number[];
  /** Is this id the blank that closes its symbol? */
  closing: boolean[];
}

/** Times of a clause in seconds from its first frame; the spans follow each other without a gap. */
export interface Timeline {
  spans: PhonemeSpan[];
  words: WordSpan[];
  /** Where the last phoneme ends; behind it there is only silence. */
  voicedEnd: number;
}

const START = "^";
const BLANK = "_";
const END = "$";

/**
 * Ids in the order Piper was trained on: `^ _`, then each phoneme and a `_`, then `$`. Code points the voice does not
 * know are left out (https://github.com/OHF-Voice/piper1-gpl, `phonemes_to_ids`).
 */
export function idsOf(symbols: string[], map: IdMap): Ids {
  return idsOfGroups(symbols.map((symbol) => [...symbol]), map, () => true);
}

/**
 * The same for other alphabets.
 *
 * @param groups What the voice may know of each symbol.
 * @param closes Is there a blank behind it?
 */
export function idsOfGroups(groups: string[][], map: IdMap, closes: (point: string) => boolean): Ids {
  const ids = [...map[START], ...map[BLANK]];
  const owners = ids.map(() => -1);
  const closing = ids.map(() => false);
  const add = (owner: number, ...added: number[]) => {
    ids.push(...added);
    owners.push(...added.map(() => owner));
    closing.push(...added.map(() => false));
  };
  groups.forEach((group, i) => {
    let closed = false;
    for (const point of group) {
      if (!Object.hasOwn(map, point)) continue;
      closed = closes(point);
      add(i, ...map[point], ...closed ? map[BLANK] : []);
    }
    if (closed) closing[closing.length - 1] = true;
  });
  add(-1, ...map[END]);
  return { ids, owners, closing };
}

/**
 * Spans and words of a clause. The blank behind a phoneme is a span of its own, because a VITS voice already makes the
 * next phoneme in it; words keep it.
 *
 * @param durations Frames of each id.
 * @param frame Seconds of one frame.
 */
export function timeline(
  utterance: Utterance,
  { owners, closing }: Pick<Ids, "owners" | "closing">,
  durations: Float32Array,
  frame: number,
): Timeline {
  const symbols = utterance.ipa ?? utterance.symbols;
  const spans: PhonemeSpan[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let voicedEnd = 0;
  let frames = 0;
  let previous: number | undefined;
  owners.forEach((owner, i) => {
    const start = frames * frame;
    frames += durations[i];
    const end = frames * frame;
    const sounds = closing[i] ? -1 : owner;
    if (sounds === previous) spans[spans.length - 1].end = end;
    else spans.push({ phoneme: sounds < 0 ? BLANK : symbols[owner], start, end });
    previous = sounds;
    if (owner < 0) return;
    starts[owner] ??= start;
    ends[owner] = end;
    if (/\p{L}/u.test(symbols[owner])) voicedEnd = end;
  });
  return { spans, words: wordSpans(utterance, starts, ends, voicedEnd), voicedEnd };
}

function wordSpans({ words }: Utterance, starts: number[], ends: number[], voicedEnd: number): WordSpan[] {
  let reached = 0;
  return words.map(({ text, glued, from, to }) => {
    // Symbols the voice does not know have no time; a word without any is there where the one before it ends.
    const start = Math.max(reached, to > from ? starts[from] ?? reached : reached);
    const end = Math.max(start, Math.min(voicedEnd, to > from ? ends[to - 1] ?? start : start));
    reached = end;
    return glued ? { text, start, end, glued } : { text, start, end };
  });
}

/** Where a clause lies in the reply, seconds. */
export interface Place {
  /** What to add to the clause's own times. */
  shift: number;
  /** Nothing of it is heard before this, because it was cut, ... */
  from: number;
  /** ... or after this. */
  to: number;
}

function within<Span extends { start: number; end: number }>(span: Span, { shift, from, to }: Place): Span {
  const clip = (time: number) => Math.min(to, Math.max(from, time + shift));
  return { ...span, start: clip(span.start), end: clip(span.end) };
}

/** The clause's times in the reply. The spans cover `from` to `to` without a gap; words keep their number. */
export function placed(
  { spans, words }: Timeline,
  place: Place,
): { spans: PhonemeSpan[]; words: WordSpan[] } {
  const heard = spans.map((span) => within(span, place)).filter(({ start, end }) => end > start);
  const last = heard.at(-1);
  if (last && last.end < place.to) heard.push({ phoneme: BLANK, start: last.end, end: place.to });
  return { spans: heard, words: words.map((word) => within(word, place)) };
}
