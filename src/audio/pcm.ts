/** Sample formats and levels. Full scale is 1 as a float and 32,768 as a 16-bit integer. */

/** 16-bit samples as floats in -1..1. */
export function toFloat(samples: Int16Array): Float32Array<ArrayBuffer> {
  const pcm = new Float32Array(samples.length);
  for (let n = 0; n < samples.length; n++) pcm[n] = samples[n] / 32_768;
  return pcm;
}

/** Floats as rounded 16-bit samples; what is beyond full scale is clipped. Undoes `toFloat` exactly. */
export function toInt16(pcm: Float32Array): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(pcm.length);
  for (let n = 0; n < pcm.length; n++) {
    samples[n] = Math.max(-32_768, Math.min(32_767, Math.round(pcm[n] * 32_768)));
  }
  return samples;
}

/** Root mean square, 0..1; 0 when there are no samples. */
export function rms(pcm: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < pcm.length; n++) sum += pcm[n] * pcm[n];
  return pcm.length > 0 ? Math.sqrt(sum / pcm.length) : 0;
}

/** The level of an amplitude in dBFS (1 is 0 dBFS, 0 is minus infinity). */
export function decibels(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

/** The runs joined into one. */
export function concat(runs: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(runs.reduce((length, run) => length + run.length, 0));
  let at = 0;
  for (const run of runs) {
    whole.set(run, at);
    at += run.length;
  }
  return whole;
}
