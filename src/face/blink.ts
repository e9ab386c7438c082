/**
 * Blinking: 17 times a minute at rest, 26 in conversation (Bentivoglio et al., "Analysis of blink rate patterns in normal
 * subjects", Movement Disorders 12, 1997). The pauses are log-normal; lids close about twice as fast as they open, and
 * are more than half shut for some 145 ms (VanderWerf et al., "Eyelid movements", Journal of Neurophysiology 89, 2003).
 */
import { clamp } from "./pose.ts";
import { logNormal, type Random } from "./random.ts";

/** Seconds: lids down, closed, up, and when a blink is over. */
const DOWN = 0.07, CLOSED = 0.03, UP = 0.16, OVER = 0.27;
/** Sigma of the pauses' logarithm, and their limits, seconds. */
const VARIES = 0.5, LEAST = 0.8, MOST = 12;
/** After a blink no other one is called for so soon, seconds. */
const REST = 0.6;

export interface Blink {
  /** How closed the eyes are at `time` (seconds), 0..1. `pause`: median seconds between two blinks. */
  step(time: number, pause: number): number;
  /** Blinks at `time` unless it will sooner anyway, or just has. */
  soon(time: number): void;
}

/** Some blinks are double, some leave the lids a little open. */
export function createBlink(random: Random): Blink {
  let next = 1 + random(), last = -Infinity, depth = 1;
  const ease = (t: number) => t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
  return {
    soon(time) {
      if (time < next && time > last + REST) next = time;
    },
    step(time, pause) {
      const since = time - next, size = depth;
      if (since > OVER) {
        last = time;
        const double = random() < 0.08;
        next = time + (double ? 0.06 : clamp(pause * logNormal(random, VARIES) - OVER, LEAST, MOST));
        depth = random() < 0.12 ? 0.72 : 1;
      }
      if (since < 0) return 0;
      return size * (since < DOWN ? ease(since / DOWN) : 1 - ease((since - DOWN - CLOSED) / UP));
    },
  };
}
