/** Blinking. */
import type { Random } from "./random.ts";

/** Seconds: lids down, closed, up, and when a blink is over. */
const DOWN = 0.07, CLOSED = 0.03, UP = 0.16, OVER = 0.27;

export interface Blink {
  /** How closed the eyes are at `time` (seconds), 0..1. `pause`: usual seconds between two blinks. */
  step(time: number, pause: number): number;
  /** Blinks at `time` unless it will sooner anyway: a large movement of the eyes often comes with a blink. */
  soon(time: number): void;
}

/** Pauses are log-normal; some blinks are double, some leave the lids a little open. */
export function createBlink(random: Random): Blink {
  let next = 1 + random(), depth = 1;
  const ease = (t: number) => t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
  return {
    soon(time) {
      if (time < next) next = time;
    },
    step(time, pause) {
      const since = time - next, size = depth;
      if (since > OVER) {
        // Box–Muller: a standard normal number.
        const normal = Math.sqrt(-2 * Math.log(1 - random() * 0.999)) * Math.cos(2 * Math.PI * random());
        const double = random() < 0.1;
        next = time + (double ? 0.06 : Math.min(9, Math.max(1, pause * Math.exp(0.45 * normal))));
        depth = random() < 0.12 ? 0.72 : 1;
      }
      if (since < 0) return 0;
      return size * (since < DOWN ? ease(since / DOWN) : 1 - ease((since - DOWN - CLOSED) / UP));
    },
  };
}
