/** What is said in the benchmarks: the recordings, in the order they take turns in, plain or with a pause put in. */
import { compose, RATE, recording, type Utterance } from "../tests/dialogue.ts";
import { openTranscriber } from "../tests/transcribe.ts";
import type { Span } from "../tests/voiced.ts";
import { withPause, wordGaps } from "./pauses.ts";

/** Recordings of a plain conversation; one round of them. */
export const CLIPS = ["austen-0880", "go-forward", "austen-0930", "austen-0890", "cards", "austen-0920"];
/** Seconds of quiet before the first recording of a long talk, and after each. */
const LEAD = 5;
const REST = 8;

/** A microphone that says the recordings in turn for at least so many seconds, as a WAV file. */
export async function longTalk(seconds: number): Promise<Uint8Array> {
  const utterances: Utterance[] = [];
  for (let at = LEAD; at < seconds;) {
    const utterance = await recording(CLIPS[utterances.length % CLIPS.length]);
    utterances.push(utterance);
    at += utterance.pcm.length / RATE + REST;
  }
  return compose(utterances, LEAD, REST).wav;
}

/** Milliseconds. */
export const PAUSES = [300, 600, 900];

const PAUSED = [
  "austen-0880",
  "cards",
  "austen-0890",
  "go-forward",
  "austen-0870",
  "austen-0920",
  "austen-0930",
];
/** Places used of each recording. */
const PLACES = 2;

export interface PausedLine extends Utterance {
  /** Milliseconds of silence put in. */
  pause: number;
  /** Where the quiet of the recording was that it was put into. */
  gap: Span;
}

/** The recordings in turn, as many as asked for. */
export async function plainLines(count: number): Promise<Utterance[]> {
  const lines: Utterance[] = [];
  for (let i = 0; i < count; i++) lines.push(await recording(CLIPS[i % CLIPS.length]));
  return lines;
}

/** `count` sentences with each length of pause: every place meets every length, and lengths and sentences alternate. */
export async function pausedLines(count: number): Promise<PausedLine[]> {
  const places = count > 0 ? await findPlaces() : [];
  return Array.from({ length: count * PAUSES.length }, (_, i) => {
    const pause = PAUSES[i % PAUSES.length];
    const { utterance, gap } = places[Math.floor(i / PAUSES.length) % places.length];
    return { ...utterance, pcm: withPause(utterance.pcm, gap, pause / 1000), pause, gap };
  });
}

/** Every recording with its best place between words, then every one with its second best. */
async function findPlaces(): Promise<{ utterance: Utterance; gap: Span }[]> {
  await using ears = await openTranscriber();
  const places: { utterance: Utterance; gap: Span; order: number }[] = [];
  for (const name of PAUSED) {
    const utterance = await recording(name);
    const gaps = await wordGaps(utterance, (pcm) => ears.transcribe(pcm, RATE), PLACES);
    places.push(...gaps.map((gap, order) => ({ utterance, gap, order })));
  }
  return places.toSorted((a, b) => a.order - b.order);
}
