/** How the page tries to get a lost call back. */

/** After this long without success the caller is told, in milliseconds. */
export const GIVE_UP_MS = 30_000;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 8_000;

/**
 * How long to wait before the next try: 1, 2, 4, 8, 8 … seconds, the last try at the end of the time; undefined when
 * it is time to give up.
 *
 * @param tries how many tries have failed since the call was lost, from 0
 * @param elapsed milliseconds since the call was lost
 */
export function backoff(tries: number, elapsed: number): number | undefined {
  const left = GIVE_UP_MS - elapsed;
  return left < SHORTEST_MS ? undefined : Math.min(SHORTEST_MS * 2 ** tries, LONGEST_MS, left);
}
