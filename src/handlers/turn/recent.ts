/** The caller's sound of the last seconds, with its pauses. */
import { concat } from "../../audio/pcm.ts";

/** Holds at most `most` samples; the oldest go first. */
export interface Recent {
  readonly most: number;
  runs: Float32Array[];
  length: number;
}

export function openRecent(most: number): Recent {
  return { most, runs: [], length: 0 };
}

/** Adds sound at the end. */
export function hear(recent: Recent, pcm: Float32Array): void {
  recent.runs.push(pcm);
  recent.length += pcm.length;
  while (recent.length - recent.runs[0].length >= recent.most) recent.length -= recent.runs.shift()!.length;
}

/** Adds that many samples of silence. */
export function pause(recent: Recent, samples: number): void {
  hear(recent, new Float32Array(Math.min(samples, recent.most)));
}

/** The newest samples, `most` at most. */
export function soundOf(recent: Recent): Float32Array<ArrayBuffer> {
  recent.runs = [concat(recent.runs).slice(-recent.most)];
  recent.length = recent.runs[0].length;
  return recent.runs[0] as Float32Array<ArrayBuffer>;
}
