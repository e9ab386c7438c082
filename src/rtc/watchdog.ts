/** Notices silence: a browser that lost its network says nothing, and ICE would wait half a minute for it. */
export interface Watchdog extends Disposable {
  /** Something came in. */
  feed(): void;
}

/** How often the clock is looked at, milliseconds. */
const STEP = 500;

/**
 * @param patience milliseconds without `feed` until `bark` is called, once.
 * @param now milliseconds.
 */
export function createWatchdog(patience: number, now: () => number, bark: () => void): Watchdog {
  let fed = now();
  const timer = setInterval(() => {
    if (now() - fed < patience) return;
    clearInterval(timer);
    bark();
  }, STEP);
  return {
    feed: () => fed = now(),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
