/** How the caller pauses: a running estimate over all that was said in a call. */

export interface Habit {
  /** Length of the pauses within the caller's turns, ms; 0 before the first. */
  pause: number;
  /** How many of the caller's silences were only pauses, 0 to 1. */
  share: number;
}

export function openHabit(): Habit {
  return { pause: 0, share: 0 };
}

/** The caller went on after so many milliseconds; `rate`: how much the newest silence weighs, 0 to 1. */
export function wentOn(habit: Habit, pause: number, rate: number): void {
  habit.pause = habit.pause === 0 ? pause : habit.pause + rate * (pause - habit.pause);
  habit.share += rate * (1 - habit.share);
}

/** The silence was the end of a turn. */
export function finished(habit: Habit, rate: number): void {
  habit.share -= rate * habit.share;
}
