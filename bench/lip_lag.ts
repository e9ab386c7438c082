/** Finds by how much a mouth follows, or leads, the voice it belongs to: where the two correlate best. */
import { BLOCK, HOP, type LipRecord } from "./lip_watch.ts";

/** Milliseconds: how far mouth and voice may be apart, and the step of the search. */
const REACH = 300;
const STEP = 5;
/** Below this level, dBFS, nobody speaks. */
const FLOOR = -55;
/** Pictures so close to speech, milliseconds, take part: long silences would correlate at any lag. */
const NEAR = 200;
/** Blocks (2.5 s to each side) among which the one that came with the least delay tells the time. */
const AROUND = 25;

export interface Lag {
  /** Milliseconds by which the mouth is behind the voice. */
  behind: number;
  /** Correlation (Pearson's r) of mouth and voice at that lag. */
  r: number;
  pictures: number;
}

/** The lag at which the darkness of the mouth follows the voice's level best. */
export function lipLag({ blocks, mouth }: Pick<LipRecord, "blocks" | "mouth">): Lag {
  const voice = voiceOf(blocks);
  const spoken = mouth.filter(({ time }) =>
    [-NEAR, 0, NEAR].some((away) => (voice(time + away) ?? -Infinity) > FLOOR + 10)
  );
  let best: Lag = { behind: NaN, r: -Infinity, pictures: 0 };
  for (let behind = -REACH; behind <= REACH; behind += STEP) {
    const pairs = spoken.flatMap(({ time, dark }) => {
      const level = voice(time - behind);
      return level === undefined ? [] : [[Math.max(0, level - FLOOR), dark]];
    });
    const r = correlation(pairs);
    if (r > best.r) best = { behind, r, pictures: pairs.length };
  }
  return best;
}

/**
 * The level at a moment. A block may arrive late but never early, and the sound's clock may lose time where the machine
 * was too busy: so each block's time is that of the least delayed one around it.
 */
function voiceOf(blocks: LipRecord["blocks"]): (time: number) => number | undefined {
  const starts = blocks.map((_, n) => {
    const around = blocks.slice(Math.max(0, n - AROUND), n + AROUND + 1);
    const first = Math.max(0, n - AROUND);
    return Math.min(...around.map(({ arrived }, i) => arrived - (first + i - n) * BLOCK)) - BLOCK;
  });
  return (time) => {
    // Blocks are in order of time; a search by halves finds the last that begins before the moment.
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return blocks[low - 1]?.levels[Math.floor((time - starts[low - 1]) / HOP)];
  };
}

function correlation(pairs: number[][]): number {
  const mean = (k: number) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
