/** How loud the caller is at present. */
import { decibels, rms } from "../audio/pcm.ts";

/** dBFS of a voice that is hardly heard, and of one close to the microphone. */
const SOFT = -50, LOUD = -20;

export interface Loudness {
  /** The next 20 ms or so of the microphone. */
  push(pcm: Float32Array): void;
  /** The loudest since the last time it was asked for, 0 (soft) to 1 (loud), in steps of a hundredth. */
  take(): number;
}

export function createLoudness(): Loudness {
  let loudest = 0;
  return {
    push(pcm) {
      loudest = Math.max(loudest, rms(pcm));
    },
    take() {
      const level = (decibels(loudest) - SOFT) / (LOUD - SOFT);
      loudest = 0;
      return Math.round(100 * Math.min(1, Math.max(0, level))) / 100;
    },
  };
}
