/**
 * The mouth of one reply: the windows of the mouth net joined, smoothed, brought to rest in silences. A frame, once
 * settled, never changes.
 */
import { smooth } from "./lowpass.ts";
import { silences } from "./silence.ts";
import { EDGE, FRAME_RATE, OPEN, type Slice, SPAN, STEP, WINDOW } from "./slices.ts";

/** Numbers that describe a mouth. */
export const PARAMETERS = 32;

/** Frames that are kept for smoothing: what lies farther back counts less than a thousandth. */
const KEPT = 48;
/** A silence shows in a frame by what is heard this many frames later; two more are needed to soften its edges. */
export const LOOK = OPEN - 2;
/** Frame number of the first settled frame; those below 0 are the silence before the reply. */
const FIRST = -OPEN;

export interface Track {
  /** Takes the mouth net's output for a slice: [WINDOW, PARAMETERS]. Slices come in their order. */
  take(window: Float32Array, slice: Slice): void;
  /** The mouth at a second of the reply, between the two nearest frames; null before the first slice. */
  at(position: number): Float32Array<ArrayBuffer> | null;
}

/** @param neutral the mouth at rest, PARAMETERS numbers */
export function createTrack(neutral: Float32Array): Track {
  /** The windows joined; the last frame is that before the newest slice's end. */
  const raw = new Float32Array(KEPT * PARAMETERS);
  for (let frame = 0; frame < KEPT; frame++) raw.set(neutral, frame * PARAMETERS);
  const settled: Float32Array<ArrayBuffer>[] = [];
  /** The frames up to the slice's end, as they look so far. */
  let open: Float32Array<ArrayBuffer>[] = [];

  return {
    take(window, { pcm }) {
      join(raw, window, settled.length === 0);
      const frames = raw.slice();
      smooth(frames, PARAMETERS);
      const quiet = silences(pcm, SPAN, LOOK);
      const frameAt = (n: number) => {
        const before = KEPT - STEP - OPEN + n;
        const frame = frames.slice(before * PARAMETERS, (before + 1) * PARAMETERS);
        // The open frames' silence is not known yet.
        return rest(frame, neutral, quiet[SPAN - OPEN - STEP + Math.min(n, STEP - 1)]);
      };
      for (let n = 0; n < STEP; n++) settled.push(frameAt(n));
      open = Array.from({ length: OPEN }, (_, n) => frameAt(STEP + n));
    },
    at(position) {
      const count = settled.length + open.length;
      if (count === 0) return null;
      const place = Math.max(0, Math.min(count - 1, position * FRAME_RATE - FIRST));
      const before = Math.min(Math.floor(place), count - 2);
      const frame = (n: number) => n < settled.length ? settled[n] : open[n - settled.length];
      return rest(frame(before).slice(), frame(before + 1), place - before);
    },
  };
}

/**
 * Puts a window at the end of the joined ones, which move on by a step. Both have an edge that counts for nothing at the
 * end; before it the older passes over into the newer one within as many frames.
 */
export function join(raw: Float32Array, window: Float32Array, first: boolean): void {
  raw.copyWithin(0, STEP * PARAMETERS);
  const start = raw.length - window.length;
  /** Frames of the window before the older one's good end. */
  const known = first ? 0 : WINDOW - STEP - EDGE;
  for (let frame = Math.max(0, known - EDGE); frame < WINDOW; frame++) {
    const older = Math.max(0, Math.min(1, (known - frame) / EDGE));
    for (let n = frame * PARAMETERS; n < (frame + 1) * PARAMETERS; n++) {
      raw[start + n] = older * raw[start + n] + (1 - older) * window[n];
    }
  }
}

/** Moves `frame` towards another by `share`, in place. */
export function rest<T extends Float32Array>(frame: T, other: Float32Array, share: number): T {
  for (let n = 0; n < frame.length; n++) frame[n] += (other[n] - frame[n]) * share;
  return frame;
}
