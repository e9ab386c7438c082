/** Timers for tests: time passes only when `pass` is called. */
import type { Timers } from "./timers.ts";

export interface FakeTimers extends Timers {
  /** Lets `ms` milliseconds go by and runs what falls due, in order. */
  pass(ms: number): void;
  /** How many calls are still to come. */
  waiting(): number;
}

export function fakeTimers(): FakeTimers {
  let time = 0;
  let due: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    after(ms, run) {
      const entry = { at: time + ms, run };
      due.push(entry);
      return () => void (due = due.filter((other) => other !== entry));
    },
    pass(ms) {
      const end = time + ms;
      for (;;) {
        const next = due.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due = due.filter((entry) => entry !== next);
        time = next.at;
        next.run();
      }
      time = end;
    },
    waiting: () => due.length,
  };
}
