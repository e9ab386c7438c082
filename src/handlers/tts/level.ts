/** How loud speech is, and making it as loud as wanted. */

/** Loudness of a reply: -20 dB below full scale, as root mean square from its first to its last sound. */
const TARGET = 10 ** (-20 / 20);
/** Above the knee the curve bends and nothing passes the ceiling: Opus overshoots, and must not clip either. */
const KNEE = 0.6;
const CEILING = 0.85;
/** A window is silent below this share of the target loudness (26 dB below; a voice's own hiss lies 75 below). */
const SILENCE = 0.05;
const WINDOW_MS = 5;

function rms(pcm: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += pcm[i] ** 2;
  return Math.sqrt(sum / Math.max(1, to - from));
}

/**
 * Samples before the first sound; all of them if there is none.
 *
 * @param gain What would bring the speech to the target loudness.
 */
export function leadingSilence(pcm: Float32Array, rate: number, gain: number): number {
  const window = Math.round(rate * WINDOW_MS / 1000);
  for (let at = 0; at < pcm.length; at += window) {
    if (rms(pcm, at, Math.min(pcm.length, at + window)) * gain > TARGET * SILENCE) return at;
  }
  return pcm.length;
}

/** Samples behind the last sound; all of them if there is none. `gain` as for `leadingSilence`. */
export function trailingSilence(pcm: Float32Array, rate: number, gain: number): number {
  return leadingSilence(pcm.toReversed(), rate, gain);
}

/** The factor that brings speech to the target loudness; 1 for silence. */
export function gainFor(pcm: Float32Array, rate: number): number {
  // Against the loudness of the whole, which the silence at its ends lowers a little.
  const rough = TARGET / rms(pcm, 0, pcm.length);
  if (!Number.isFinite(rough)) return 1;
  const from = leadingSilence(pcm, rate, rough);
  return TARGET / rms(pcm, from, pcm.length - trailingSilence(pcm, rate, rough));
}

/** Multiplies in place; what would come near full scale is bent, so the result stays 1.4 dB below it. */
export function amplify(pcm: Float32Array, gain: number): void {
  for (let i = 0; i < pcm.length; i++) {
    const value = pcm[i] * gain;
    const over = Math.abs(value) - KNEE;
    pcm[i] = over <= 0
      ? value
      : Math.sign(value) * (KNEE + (CEILING - KNEE) * Math.tanh(over / (CEILING - KNEE)));
  }
}

/** Raises the first and lowers the last samples smoothly where speech was cut, lest it click. In place. */
export function fade(pcm: Float32Array, samples: number, edge: "start" | "end"): void {
  const length = Math.min(samples, pcm.length);
  for (let i = 0; i < length; i++) pcm[edge === "start" ? i : pcm.length - 1 - i] *= i / length;
}
