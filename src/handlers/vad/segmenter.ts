/**
 * Cuts speech out of a stream by the speech probability of each clip. Pure but for the state it is handed; all
 * lengths are samples at 16 kHz.
 *
 * The rules and their names are those of OpenAvatarChat's SileroVad, with two mistakes of its code mended: the padding
 * at the end comes after the last chunk, and `startDelay` counts from the moment the threshold was first passed.
 */

/** Samples that are judged together: what Silero takes at 16 kHz, 32 ms. */
export const CLIP = 512;

export interface Rules {
  /** A clip is speech when its probability is greater than this. */
  threshold: number;
  /** Consecutive speech needed before it counts; rounded up to clips, at least one. */
  startDelay: number;
  /** Consecutive silence after which the speech may be over; rounded up to clips, at least one. */
  pauseDelay: number;
  /** Consecutive silence needed before the speech is over; rounded up to clips, at least one. */
  endDelay: number;
  /** How much further back than the speech the first chunk reaches. */
  lookBack: number;
  /** Zeros before the first and after the last chunk. */
  padding: number;
}

/** What one caller's stream has come to. */
export interface Segmenter {
  speaking: boolean;
  /** Samples of consecutive speech while not speaking, of consecutive silence while speaking. */
  run: number;
  /** The newest samples, right-aligned; as many as a first chunk can hold. */
  history: Float32Array;
  /** How many of them are real. */
  filled: number;
}

/** What is handed on for one clip. */
export interface Cut {
  /** Set on the clip where speech is recognised, or goes on after a pause: samples since the threshold was passed. */
  start?: number;
  chunk: Float32Array<ArrayBuffer>;
  /** Set on the clip where it may be over: samples since the last speech. */
  pause?: number;
  /** Set on the clip where it is over: samples since the last speech. */
  end?: number;
}

function whole(samples: number): number {
  return Math.max(1, Math.ceil(samples / CLIP)) * CLIP;
}

export function openSegmenter(rules: Rules): Segmenter {
  const history = new Float32Array(rules.lookBack + whole(rules.startDelay));
  return { speaking: false, run: 0, history, filled: 0 };
}

function remember(state: Segmenter, clip: Float32Array): void {
  state.history.copyWithin(0, CLIP);
  state.history.set(clip, state.history.length - CLIP);
  state.filled = Math.min(state.filled + CLIP, state.history.length);
}

function firstChunk(state: Segmenter, rules: Rules): Float32Array<ArrayBuffer> {
  // The look-back does not stop at an earlier segment: to the recogniser, each segment stands alone.
  const length = Math.min(rules.lookBack + state.run, state.filled);
  const chunk = new Float32Array(rules.padding + length);
  chunk.set(state.history.subarray(state.history.length - length), rules.padding);
  return chunk;
}

/** A clip between start and end. */
function within(rules: Rules, clip: Float32Array, before: number, run: number): Cut {
  const chunk = new Float32Array(clip);
  const pause = whole(rules.pauseDelay);
  if (run === pause) return { chunk, pause: run };
  return run === 0 && before >= pause ? { chunk, start: CLIP } : { chunk };
}

/**
 * Takes one clip of 512 samples and its speech probability, and returns what is handed on, if anything.
 *
 * Not speaking: consecutive speech is added up (a clip that is not speech starts over) and the clip with which it
 * reaches `startDelay` starts a segment. Speaking: every clip is handed on as it is, silences too, until consecutive
 * silence reaches `endDelay`; one that reaches `pauseDelay` before is told, and a start is when speech goes on after it.
 */
export function segment(
  state: Segmenter,
  rules: Rules,
  clip: Float32Array,
  probability: number,
): Cut | undefined {
  const speech = probability > rules.threshold;
  remember(state, clip);
  const before = state.run;
  const run = state.run = speech === state.speaking ? 0 : before + CLIP;
  const needed = whole(state.speaking ? rules.endDelay : rules.startDelay);
  if (run < needed) return state.speaking ? within(rules, clip, before, run) : undefined;

  if (state.speaking) {
    const chunk = new Float32Array(CLIP + rules.padding);
    chunk.set(clip);
    Object.assign(state, { speaking: false, run: 0 });
    return { chunk, end: run };
  }
  const chunk = firstChunk(state, rules);
  Object.assign(state, { speaking: true, run: 0 });
  return { start: run, chunk };
}
