/** Counts the pictures that the page draws, to notice that it is too slow for it. */

export interface PictureRate {
  /**
   * A picture was drawn; `now`: milliseconds.
   * @returns pictures a second, once in five seconds, when they are too few; else null
   */
  note(now: number): number | null;
}

/** Milliseconds over which pictures are counted, and how few of them a second are too few. */
const COUNTED = 5_000;
const TOO_FEW = 5;
/** Milliseconds without a picture: nobody looks at the page, so nothing is counted. */
const UNSEEN = 500;

export function createPictureRate(): PictureRate {
  let since = 0, last = -Infinity, pictures = 0;
  const begin = (now: number) => {
    since = now;
    pictures = 0;
  };
  return {
    note(now) {
      if (now - last > UNSEEN) begin(now);
      else pictures++;
      last = now;
      if (now - since < COUNTED) return null;
      const rate = 1000 * pictures / (now - since);
      begin(now);
      return rate < TOO_FEW ? rate : null;
    },
  };
}
