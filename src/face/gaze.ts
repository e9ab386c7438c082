/**
 * Where the eyes look: at the viewer, with small jumps from one eye to the other and to the mouth, and now and then
 * away. How long each lasts is drawn anew every time, with a mean that depends on who speaks (Lee, Badler and Badler,
 * "Eyes Alive", SIGGRAPH 2002: a speaker looks at the other for 3.1 s and away for 0.93 s, a listener 7.9 s and 0.43 s).
 */
import { clamp, smoothstep } from "./pose.ts";
import { logNormal, type Random } from "./random.ts";

/**
 * A jump lasts 21 ms and 2.2 ms for every degree (Carpenter, "Movements of the Eyes", 1988); seconds, and seconds a
 * radian.
 */
const JUMP = 0.021, JUMP_EACH = 0.0022 * 180 / Math.PI;
/** Seconds for which the eyes rest on one place of a face: median, and how much it varies (sigma of the logarithm). */
const FIXATION = 0.6, VARIES = 0.55;
/** From the beginning of a jump to the next one at least, seconds. */
const READY = 0.2;
/** How much the times at the viewer and away vary: sigma of the logarithm. */
const SPREAD = 0.6;
/** Radians: how far the places on the viewer's face lie apart, and looks aside go at least and at most. */
const FACE_X = 0.03, FACE_Y = 0.02, ASIDE_LEAST = 0.09, ASIDE_MOST = 0.21;
/** Jumps wider than this, radians, may hide behind a blink. */
const WIDE = 0.12;

/** Mean seconds at the viewer and away from him. */
export interface Habit {
  at: number;
  away: number;
}

export interface Gaze {
  /** Radians beside the viewer: right of the picture, and up. */
  x: number;
  y: number;
  /** Advances to `time`, seconds. `called`: a look aside ends now. True when a wide jump begins. */
  step(time: number, habit: Habit, called: boolean): boolean;
}

export function createGaze(random: Random): Gaze {
  let from = [0, 0], to = [0, 0], began = -Infinity, lasts = JUMP;
  let away = false, changes: number | null = null, rests = 0;

  const jump = (x: number, y: number, time: number): boolean => {
    const width = Math.hypot(x - to[0], y - to[1]);
    [from, to, began, lasts] = [to, [x, y], time, JUMP + JUMP_EACH * width];
    rests = time + clamp(FIXATION * logNormal(random, VARIES), READY, 3);
    return width > WIDE;
  };
  const change = (time: number, habit: Habit) => {
    away = !away;
    const mean = away ? habit.away : habit.at;
    changes = time + clamp(mean * logNormal(random, SPREAD) / Math.exp(SPREAD ** 2 / 2), 0.25, 4 * mean);
  };
  return {
    x: 0,
    y: 0,
    step(time, habit, called) {
      let wide = false;
      changes ??= time + habit.at * (0.3 + 0.7 * random());
      if (called && away) changes = time;
      const ready = time > began + READY;
      if (ready && time > changes) {
        change(time, habit);
        const side = random() < 0.5 ? -1 : 1, reach = ASIDE_LEAST + (ASIDE_MOST - ASIDE_LEAST) * random();
        wide = away ? jump(side * reach, (random() - 0.42) * 0.22, time) : jump(0, 0, time);
      } else if (time > rests && !away) {
        jump((random() - 0.5) * 2 * FACE_X, (random() - 0.5) * 2 * FACE_Y, time);
      }
      const share = smoothstep(0, 1, (time - began) / lasts);
      this.x = from[0] + (to[0] - from[0]) * share;
      this.y = from[1] + (to[1] - from[1]) * share;
      return wide;
    },
  };
}
