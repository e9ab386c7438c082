/** How long sound is on its way from the browser to the ear: buffers of the system, the sound card, perhaps Bluetooth. */
import type { Timers } from "./timers.ts";

export interface Playout extends Disposable {
  /** Milliseconds, of late. */
  readonly delay: number;
}

/** Both have grown since the call began: seconds of delay summed over the samples, and the samples. */
export interface PlayoutFigures {
  totalPlayoutDelay: number;
  totalSamplesCount: number;
}

/** Milliseconds from one look at the browser's figures to the next. */
const PERIOD = 2_000;
/** Where the browser tells nothing: as long as it took in Chromium on a PC, milliseconds. */
const USUAL = 30;
/** Milliseconds; what is longer is no way of sound. */
const LONGEST = 1_000;

/**
 * Watches the browser's figures until it is disposed of.
 *
 * @param read the connection's `media-playout` (W3C, "Identifiers for WebRTC's Statistics API", RTCAudioPlayoutStats)
 */
export function watchPlayout(timers: Timers, read: () => Promise<PlayoutFigures | undefined>): Playout {
  let delay = USUAL, before: PlayoutFigures = { totalPlayoutDelay: 0, totalSamplesCount: 0 }, over = false;
  let cancel = () => {};
  const look = async () => {
    // A connection that ends meanwhile tells nothing.
    const figures = await read().catch(() => undefined);
    if (over) return;
    if (figures) {
      const samples = figures.totalSamplesCount - before.totalSamplesCount;
      const mean = 1000 * (figures.totalPlayoutDelay - before.totalPlayoutDelay) / samples;
      if (samples > 0 && mean >= 0 && mean < LONGEST) delay = mean;
      before = figures;
    }
    wait();
  };
  const wait = () => void (cancel = timers.after(PERIOD, () => void look()));
  wait();
  return {
    get delay() {
      return delay;
    },
    [Symbol.dispose]() {
      over = true;
      cancel();
    },
  };
}
