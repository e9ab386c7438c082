/** Holds every shown value for a least time, so that a word on the screen never changes faster than one can read. */
import type { Timers } from "./timers.ts";

/** How long a word of state stays, in milliseconds. */
export const READABLE_MS = 600;

export interface Steady<T> extends Disposable {
  /** Shows `value` now, or as soon as the present one has been there long enough; only the newest waits. */
  push(value: T): void;
}

/** `show` is called with each value as it appears. */
export function steady<T>(show: (value: T) => void, timers: Timers, holdMs = READABLE_MS): Steady<T> {
  let shown: T | undefined;
  let since = -Infinity;
  let cancel: (() => void) | undefined;

  const change = (value: T) => {
    cancel = undefined;
    if (value === shown) return;
    shown = value;
    since = timers.now();
    show(value);
  };

  return {
    push(value) {
      cancel?.();
      const wait = since + holdMs - timers.now();
      if (wait <= 0 || value === shown) return change(value);
      cancel = timers.after(wait, () => change(value));
    },
    [Symbol.dispose]() {
      cancel?.();
      cancel = undefined;
    },
  };
}
