/** The speech of one turn as the recogniser collects it, and what has been made of it so far. */
import { concat, rms } from "../../audio/pcm.ts";
import { joinWords } from "../../audio/spacing.ts";

/** Samples per second of all sound here. */
export const RATE = 16_000;

/** Samples whose level is compared, 32 ms at 16 kHz. */
const BLOCK = 512;
/** A block is quiet when its level is below this share of the loudest so far (-20 dB). */
const QUIET = 0.1;

export interface Take {
  /** Sound that is not settled yet, 16 kHz, in the runs it came in, and its length in samples. */
  runs: Float32Array<ArrayBuffer>[];
  length: number;
  /** Text of the pieces that were cut off at the front because the speech is long. */
  settled: string[];
  /** Samples of speech, without the silence the VAD put around it; the padding at the end may be in it. */
  spoken: number;
  /** The next chunk is a segment's first, whose speech has been counted already. */
  opening: boolean;
  /** Level of the loudest block. */
  loudest: number;
  /** Quiet samples at the end. */
  quiet: number;
  /** How many samples of the sound the newest finished run heard. */
  heard: number;
  /** What it made of them. */
  text: string;
  /** What is spoken (BCP 47), as far as the newest run with words could tell. */
  language?: string;
  /** The best guess at the first tokens of the next run. */
  tokens: number[];
}

/** A new turn whose speech began `spoken` samples ago; 0: it begins with the first chunk, which then counts whole. */
export function openTake(spoken: number): Take {
  return {
    runs: [],
    length: 0,
    settled: [],
    spoken,
    opening: spoken > 0,
    loudest: 0,
    quiet: 0,
    heard: 0,
    text: "",
    tokens: [],
  };
}

/** Adds a chunk of speech. */
export function append(take: Take, pcm: Float32Array<ArrayBuffer>): void {
  take.runs.push(pcm);
  take.length += pcm.length;
  if (!take.opening) take.spoken += pcm.length;
  take.opening = false;
  for (let at = 0; at < pcm.length; at += BLOCK) {
    const block = pcm.subarray(at, at + BLOCK);
    const level = rms(block);
    take.loudest = Math.max(take.loudest, level);
    take.quiet = level < take.loudest * QUIET ? take.quiet + block.length : 0;
  }
}

/** The sound that is not settled yet, in one piece. */
export function sound(take: Take): Float32Array<ArrayBuffer> {
  if (take.runs.length !== 1) take.runs = [concat(take.runs)];
  return take.runs[0];
}

/** The quietest place in the second half of the sound: the best one to cut it in two. */
export function seam(pcm: Float32Array): number {
  const first = Math.ceil(pcm.length / 2 / BLOCK);
  let quietest = first;
  let lowest = Infinity;
  // Four blocks together, so that the gap inside a word loses against the one between two words.
  for (let block = first; (block + 4) * BLOCK <= pcm.length; block++) {
    const level = rms(pcm.subarray(block * BLOCK, (block + 4) * BLOCK));
    if (level < lowest) [lowest, quietest] = [level, block];
  }
  return lowest < Infinity ? (quietest + 2) * BLOCK : pcm.length;
}

/** Takes the first `length` samples off, whose text is now settled. */
export function settle(take: Take, length: number, text: string): void {
  if (text) take.settled.push(text);
  take.runs = [sound(take).slice(length)];
  take.length -= length;
  Object.assign(take, { heard: 0, text: "", tokens: [] });
}

/** Everything recognised so far. */
export function transcript(take: Take): string {
  return joinWords([...take.settled, take.text]);
}
