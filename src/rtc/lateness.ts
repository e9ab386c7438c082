/** How late things happen: a histogram of whole milliseconds. */
export interface Lateness {
  /** Milliseconds after the time it was due; what comes early counts as 0. */
  note(ms: number): void;
  /** Milliseconds; the percentiles are right to 1 ms up to 63 ms and say 63 beyond. 0 before the first note. */
  read(): { p50: number; p95: number; max: number };
}

const BUCKETS = 64;

export function createLateness(): Lateness {
  const counts = new Uint32Array(BUCKETS);
  let total = 0;
  let max = 0;
  const percentile = (share: number) => {
    let seen = 0;
    return Math.max(0, counts.findIndex((count) => (seen += count) > 0 && seen >= share * total));
  };
  return {
    note(ms) {
      const late = Math.max(0, ms);
      counts[Math.min(BUCKETS - 1, Math.floor(late))]++;
      total++;
      max = Math.max(max, late);
    },
    read: () => ({ p50: percentile(0.5), p95: percentile(0.95), max }),
  };
}
