/**
 * How a reply's sound is cut up for the nets, and how far into it what is known reaches. One slice ends every 300 ms, the
 * first after 300 ms of sound; each begins 1.3 s before its end, with silence before the reply's first sample. All have the
 * same length, and 300 ms are whole frames of everything (9 of the mouth's, 5 of the speech net's), so that a frame of a
 * slice lies exactly where it would in the whole.
 */

/** Mouth frames a second. */
export const FRAME_RATE = 30;
export const SOUND_RATE = 16_000;
/** Frames between the ends of two slices. */
export const STEP = 9;
/** Frames of one slice. */
export const SPAN = 39;
/** Frames that the mouth net sees at a time. */
export const WINDOW = 30;
/** The outermost frames of a window, which the net knows less of: left out, and crossed over where windows meet. */
export const EDGE = 6;
/** Frames before a slice's end that may still change: the edge, and as many more as smoothing makes of it. */
export const OPEN = 9;

/** Where frame `n` begins, in samples; whole for multiples of 3. */
export function samplesOf(frames: number): number {
  return frames * SOUND_RATE / FRAME_RATE;
}

/** One slice. `end`: frames from the reply's first sample to the slice's end. */
export interface Slice {
  end: number;
  /** `SPAN` frames at 16 kHz. */
  pcm: Float32Array<ArrayBuffer>;
}

/** Takes the sound of one reply at 16 kHz and gives its slices. */
export interface Slicer {
  push(pcm: Float32Array): void;
  /** No more sound comes: silence follows for as long as frames are missing. */
  finish(): void;
  /** The next slice, null while its sound is not there yet, or when every frame is settled. */
  next(): Slice | null;
}

export function createSlicer(): Slicer {
  /** The sound from `start` on; what no slice needs any more is dropped. */
  let held = new Float32Array(samplesOf(SPAN - STEP));
  let start = -held.length;
  let end = STEP;
  let total = 0;
  let finished = false;

  const append = (pcm: Float32Array) => {
    const joined = new Float32Array(held.length + pcm.length);
    joined.set(held);
    joined.set(pcm, held.length);
    held = joined;
  };
  return {
    push(pcm) {
      append(pcm);
      total += pcm.length;
    },
    finish() {
      finished = true;
    },
    next() {
      const wanted = samplesOf(end);
      if (wanted > start + held.length) {
        if (!finished || total === 0 || samplesOf(end - STEP - OPEN) >= total) return null;
        append(new Float32Array(wanted - start - held.length));
      }
      const from = wanted - samplesOf(SPAN);
      const slice = { end, pcm: held.slice(from - start, wanted - start) };
      end += STEP;
      held = held.slice(from + samplesOf(STEP) - start);
      start = from + samplesOf(STEP);
      return slice;
    },
  };
}
