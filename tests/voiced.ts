/** Where somebody speaks in a recording, by energy alone: the measure that needs no model. */

export interface Span {
  /** Seconds. */
  start: number;
  end: number;
}

/** RMS of each 10 ms in dBFS. */
export function levels(pcm: Float32Array, rate: number): Float32Array {
  const hop = Math.round(rate / 100);
  const out = new Float32Array(Math.floor(pcm.length / hop));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = i * hop; j < (i + 1) * hop; j++) sum += pcm[j] * pcm[j];
    out[i] = 10 * Math.log10(sum / hop + 1e-12);
  }
  return out;
}

/**
 * Spans above the threshold; gaps shorter than `gap` seconds belong to the speech, bursts shorter than 30 ms (clicks)
 * do not count.
 */
export function voiced(pcm: Float32Array, rate: number, options: Rules = {}): Span[] {
  return spansOf(levels(pcm, rate), options);
}

interface Rules {
  /** dBFS. */
  threshold?: number;
  /** Seconds. */
  gap?: number;
}

/** The same of sound whose levels are known already, one for each 10 ms. */
export function spansOf(level: ArrayLike<number>, { threshold = -42, gap = 0.6 }: Rules = {}): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < level.length; i++) {
    if (level[i] < threshold) continue;
    const start = i;
    while (i < level.length && level[i] >= threshold) i++;
    if (i - start < 3) continue;
    const last = spans.at(-1);
    if (last && start / 100 - last.end < gap) last.end = i / 100;
    else spans.push({ start: start / 100, end: i / 100 });
  }
  return spans;
}
