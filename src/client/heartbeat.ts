/** Asks the server for a sign of life again and again, and notices when none comes. */
import type { Timers } from "./timers.ts";

export interface Heartbeat extends Disposable {
  /** Something has come from the server. */
  alive(): void;
}

const PING_MS = 5_000;
/** A ping that nothing follows for so long means that the network is dead. */
const ANSWER_MS = 7_000;

/** @param dead is called once, unless it is disposed of before */
export function startHeartbeat(timers: Timers, ping: () => void, dead: () => void): Heartbeat {
  let cancelAnswer: (() => void) | null = null;
  let cancelPing: () => void;
  const wait = () => {
    cancelPing = timers.after(PING_MS, () => {
      ping();
      // Counted from the ping, not from the last word: a page in the background may ping but once a minute.
      cancelAnswer ??= timers.after(ANSWER_MS, dead);
      wait();
    });
  };
  const alive = () => {
    cancelAnswer?.();
    cancelAnswer = null;
  };
  wait();
  return {
    alive,
    [Symbol.dispose]() {
      cancelPing();
      alive();
    },
  };
}
