/** Which picture of a pack belongs to which moment. Moments are media time, so nothing drifts. */

/** Frames in which the mouth comes to rest after the last sound. */
const CLOSING = 5;

/**
 * How far the background has got on its way there and back again.
 *
 * @param media milliseconds
 * @param fps of the pack's background
 * @param count pictures in the pack
 * @returns 0 up to 2 * count
 */
export function stepAt(media: number, fps: number, count: number): number {
  return Math.max(0, Math.floor(media * fps / 1000 + 1e-6)) % (2 * count);
}

/** The number of the picture at a step: both ends are shown twice, as the original does. */
export function pictureAt(step: number, count: number): number {
  return step < count ? step : 2 * count - 1 - step;
}

/**
 * How far a mouth that spoke last is from rest, 1 to 0.
 *
 * @param elapsed milliseconds since its last picture
 * @param fps pictures a second
 */
export function openness(elapsed: number, fps: number): number {
  return Math.max(0, Math.min(1, 1 - elapsed * fps / 1000 / CLOSING));
}
