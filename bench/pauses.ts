/** Real speech with a pause put in between two words, as when the speaker thinks in the middle of a sentence. */
import { RATE, type Utterance } from "../tests/dialogue.ts";
import { type Span, voiced } from "../tests/voiced.ts";
import { concat } from "../src/audio/pcm.ts";
import { roomOf } from "./gaps.ts";
import { wordErrors } from "../tests/word_error_rate.ts";

/** Seconds: shorter quiet is the closure of a consonant more often than a gap between words. */
const SHORTEST = 0.04;
/** The pause lies in this part of the sentence. */
const MIDDLE = { from: 0.15, to: 0.85 };
/** Seconds in which the cut edges fade: both lie in the quiet of the gap. */
const FADE = 0.005;

/** The quiet places in the middle of a recording, the longest first, seconds: where no sample is voiced. */
export function quietPlaces(pcm: Float32Array): Span[] {
  const spans = voiced(pcm, RATE, { gap: 0 });
  const [start, end] = [spans[0].start, spans.at(-1)!.end];
  const inside = ({ start: at }: Span) =>
    at > start + MIDDLE.from * (end - start) && at < start + MIDDLE.to * (end - start);
  return spans.slice(1)
    .map((span, i) => ({ start: spans[i].end, end: span.start }))
    .filter((place) => inside(place) && place.end - place.start >= SHORTEST - 1e-9)
    .toSorted((a, b) => (b.end - b.start) - (a.end - a.start));
}

/** The recording with the quiet of that place made `length` seconds long, exactly; the room is heard meanwhile. */
export function withPause(
  pcm: Float32Array<ArrayBuffer>,
  place: Span,
  length: number,
): Float32Array<ArrayBuffer> {
  const [from, to] = [Math.round(place.start * RATE), Math.round(place.end * RATE)];
  const pause = roomOf(pcm, Math.round(length * RATE));
  const edge = Math.round(FADE * RATE);
  const last = pause.length - 1;
  for (let i = 0; i < edge; i++) {
    const share = i / edge;
    pause[i] = pcm[from + i] * (1 - share) + pause[i] * share;
    pause[last - i] = pcm[to - 1 - i] * (1 - share) + pause[last - i] * share;
  }
  return concat([pcm.slice(0, from), pause, pcm.slice(to)]);
}

/**
 * The quiet places that lie between two words: there, what is recognised before and behind makes no more wrong words
 * than the whole does.
 */
export async function wordGaps(
  { pcm, text }: Utterance,
  transcribe: (pcm: Float32Array) => Promise<string>,
  most: number,
): Promise<Span[]> {
  const errors = async (...parts: Float32Array[]) => {
    const heard: string[] = [];
    for (const part of parts) heard.push(await transcribe(part));
    return wordErrors(text, heard.join(" ")).errors;
  };
  const whole = await errors(pcm);
  const gaps: Span[] = [];
  for (const place of quietPlaces(pcm)) {
    const middle = Math.round((place.start + place.end) / 2 * RATE);
    if (await errors(pcm.slice(0, middle), pcm.slice(middle)) <= whole) gaps.push(place);
    if (gaps.length === most) break;
  }
  return gaps;
}
