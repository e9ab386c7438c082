/** The system's clock, which certificates depend on, and the timers, which pace sound and picture. */
import { bad, type Check, ok, warning } from "./check.ts";

/** Deno 2.9.6, which the program asks for, is of the first day; nobody runs it after the second. */
const EARLIEST = Date.UTC(2026, 7, 27);
const LATEST = Date.UTC(2056, 0);
/** Whoever made the program may have had a clock that was a little fast. */
const SLACK = 86_400_000;

const minute = (time: number) => new Date(time).toISOString().slice(0, 16).replace("T", " ") + " UTC";

/**
 * @param now milliseconds since 1970
 * @param made when the program was made, where that is known; the same unit
 */
export function judgeClock(now: number, made = EARLIEST): Check {
  const found = minute(now);
  if (now >= made - SLACK && now < LATEST) return ok("Clock", found);
  return bad(
    "Clock",
    now < made ? `${found}, but this program is of ${minute(made)}` : `${found}: that cannot be`,
    "Set the system's date and time; certificates count as invalid otherwise.",
  );
}

const STEPS = 20;
const STEP = 20;

/** Waits 20 times for 20 ms. @returns the milliseconds that took. */
export async function timeTimers(): Promise<number> {
  const since = performance.now();
  for (let i = 0; i < STEPS; i++) await new Promise((resolve) => setTimeout(resolve, STEP));
  return performance.now() - since;
}

/** Deno 2.7.5 to 2.8.3 took 10 s where native code was at work beside; a busy machine takes half as long again. */
export function judgeTimers(milliseconds: number): Check {
  const found = `${STEPS} timers of ${STEP} ms took ${Math.round(milliseconds)} ms`;
  if (milliseconds < 2 * STEPS * STEP) return ok("Timers", found);
  if (milliseconds < 5 * STEPS * STEP) {
    return warning("Timers", found, "The computer is busy with something else; sound may stutter.");
  }
  return bad("Timers", found, "Timers stall: use Deno 2.9.6, or stop what keeps this computer busy.");
}
