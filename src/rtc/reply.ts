/** The sound of one reply on its way out: takes chunks at any rate, gives pieces of any length at 48 kHz. */
import { Resampler } from "../audio/resample.ts";

/** Samples per second on the way out. */
export const RATE = 48_000;

export interface Reply {
  readonly turn: number;
  /** Samples at 48 kHz that have been taken, and that wait. */
  readonly sent: number;
  readonly waiting: number;
  /** Nothing will be added any more. */
  readonly complete: boolean;
  /** @throws {Error} if the rate is not that of the first chunk, or not from 8,000 to 48,000. */
  append(pcm: Float32Array, rate: number, last: boolean): void;
  /** That many samples, with silence after what is there. */
  take(samples: number): Float32Array<ArrayBuffer>;
}

export function createReply(turn: number): Reply {
  const chunks: Float32Array[] = [];
  let resampler: Resampler | null = null;
  let first = 0;
  let sent = 0;
  let waiting = 0;
  let complete = false;

  const add = (pcm: Float32Array) => {
    if (pcm.length === 0) return;
    chunks.push(pcm);
    waiting += pcm.length;
  };
  return {
    turn,
    get sent() {
      return sent;
    },
    get waiting() {
      return waiting;
    },
    get complete() {
      return complete;
    },
    append(pcm, rate, last) {
      if (resampler && rate !== first) {
        throw new Error(
          `Reply ${turn} came at ${first} Hz and goes on at ${rate} Hz: the rate must stay the same`,
        );
      }
      resampler ??= new Resampler(first = rate, RATE);
      add(resampler.push(pcm));
      if (last) add(resampler.flush());
      complete = last;
    },
    take(samples) {
      const piece = new Float32Array(samples);
      let filled = 0;
      while (filled < samples && chunks.length > 0) {
        const part = chunks[0].subarray(0, samples - filled);
        piece.set(part, filled);
        filled += part.length;
        if (part.length === chunks[0].length) chunks.shift();
        else chunks[0] = chunks[0].subarray(part.length);
      }
      sent += filled;
      waiting -= filled;
      return piece;
    },
  };
}
