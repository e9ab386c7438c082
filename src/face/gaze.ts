/** Where the eyes look: fixations near the viewer with small jumps, sometimes a short look away. */
import type { Random } from "./random.ts";

/** A jump of the eyes takes about three of these, seconds. */
const JUMP = 0.022;
/** Jumps wider than this, radians, are often hidden behind a blink. */
const WIDE = 0.12;

export interface Gaze {
  /** Radians beside the viewer: right of the picture, and up. */
  x: number;
  y: number;
  /** Advances to `time`, `dt` seconds on. `away`: chance that the next fixation is a look away. True when a wide jump begins. */
  step(time: number, dt: number, away: number): boolean;
}

export function createGaze(random: Random): Gaze {
  let goalX = 0, goalY = 0, next = 0.3 + random() * 0.6;
  return {
    x: 0,
    y: 0,
    step(time, dt, away) {
      let wide = false;
      if (time > next) {
        const looksAway = random() < away, reach = looksAway ? 1 : 0.22;
        const x = (random() - 0.5) * 0.42 * reach, y = (random() - 0.42) * 0.22 * reach;
        wide = Math.hypot(x - goalX, y - goalY) > WIDE;
        [goalX, goalY] = [x, y];
        next = time + (looksAway ? 0.35 + 0.5 * random() : 0.5 + 1.9 * random());
      }
      const share = 1 - Math.exp(-dt / JUMP);
      this.x += (goalX - this.x) * share;
      this.y += (goalY - this.y) * share;
      return wide;
    },
  };
}
