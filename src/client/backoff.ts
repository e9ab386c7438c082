/** How the page tries to get a lost call back. */

/** After this long without success the caller is told, in milliseconds. */
export const GIVE_UP_MS = 30_000;
const LONGEST_MS = 8_000;

/**
 * How long to wait before the next try: 1, 2, 4, 8, 8 … seconds; undefined when it is time to give up.
 *
 * @param tries how many tries have failed since the call was lost, from 0
 * @param elapsed milliseconds since the call was lost
 */
export function backoff(tries: number, elapsed: number): number | undefined {
  const wait = Math.min(1_000 * 2 ** tries, LONGEST_MS);
  return elapsed + wait > GIVE_UP_MS ? undefined : wait;
}
