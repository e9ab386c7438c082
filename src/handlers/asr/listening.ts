/**
 * How a recogniser that hears whole sentences, not a stream, follows a caller: while the caller speaks it is run again
 * and again over the growing sound. One of these runs is made at every pause, so that when the caller may have finished
 * the text is mostly there already.
 */
import * as v from "valibot";
import type { Body, Frame } from "../../engine/frame.ts";
import type { Context } from "../../engine/handler.ts";
import { append, openTake, RATE, seam, settle, sound, type Take, transcript } from "./take.ts";

/** Quiet samples after which the caller may have finished (64 ms). */
const PAUSE = 1024;

/** Settings of every such recogniser. */
export const pacing = {
  /** Milliseconds of new speech between two partial transcripts; 0: none. */
  partial_interval: v.optional(v.pipe(v.number(), v.minValue(0)), 480),
  /** Milliseconds; shorter speech is dropped, because the model makes words of coughs. */
  min_speech: v.optional(v.pipe(v.number(), v.minValue(0)), 250),
  /** Seconds; longer speech is recognised in pieces, cut at quiet places. The models were trained on up to 30 s. */
  max_segment: v.optional(v.pipe(v.number(), v.minValue(2), v.maxValue(60)), 30),
};

export interface Pacing {
  partial_interval: number;
  min_speech: number;
  max_segment: number;
}

/** What was recognised. */
export interface Words {
  text: string;
  /** BCP 47, where the recogniser can tell. */
  language?: string;
}

export interface Recogniser {
  /** The handler's, for messages. */
  name: string;
  settings: Pacing;
  /** Milliseconds of new speech before another run over this take that nothing has asked for yet; 0 if runs are cheap. */
  rest(take: Take): number;
  /**
   * The words of the beginning of a take, or null when that was given up.
   *
   * @param leave Give up when a pause or the end of speech has come in: the run would be made again, with more sound.
   */
  recognise(take: Take, pcm: Float32Array<ArrayBuffer>, ctx: Context, leave: boolean): Promise<Words | null>;
}

/** One caller. */
export interface State {
  take: Take;
  /** The partial transcript that was shown last. */
  shown: string;
  /** The final text has been told at a pause, and nothing was said since. */
  told: boolean;
}

export function openState(): State {
  return { take: openTake(0), shown: "", told: false };
}

const samples = (milliseconds: number) => milliseconds * RATE / 1000;

/** Has the caller, meanwhile, fallen silent? */
export function silent(ctx: Context): boolean {
  return ctx.waiting("speech.pause") || ctx.waiting("speech.end");
}

/** Recognises the first `length` samples; null when that was given up. */
async function recognise(
  recogniser: Recogniser,
  take: Take,
  length: number,
  ctx: Context,
  leave: boolean,
): Promise<string | null> {
  const whole = sound(take);
  const pcm = length < whole.length ? whole.slice(0, length) : whole;
  const words = await recogniser.recognise(take, pcm, ctx, leave);
  if (words === null) return null;
  take.language = words.language ?? take.language;
  return words.text;
}

/** Recognises all of the sound that is not settled; false when that was given up. */
async function hear(recogniser: Recogniser, take: Take, ctx: Context, leave: boolean): Promise<boolean> {
  const length = take.length;
  const text = await recognise(recogniser, take, length, ctx, leave);
  if (text === null) return false;
  take.heard = length;
  take.text = text;
  return true;
}

/** Keeps the sound within `max_segment`: recognises a piece of it for good. */
async function shorten(recogniser: Recogniser, take: Take, ctx: Context): Promise<void> {
  const most = Math.floor(recogniser.settings.max_segment * RATE);
  while (take.length > most) {
    const length = seam(sound(take).subarray(0, most));
    const text = await recognise(recogniser, take, length, ctx, false);
    if (text === null) return;
    settle(take, length, text);
  }
}

/** Is it time to run over what has been said so far? */
function due(recogniser: Recogniser, take: Take, ctx: Context): "pause" | "interval" | null {
  const { partial_interval, min_speech } = recogniser.settings;
  if (take.spoken < samples(min_speech)) return null;
  // What is waiting is added first; a run over all of it comes then.
  if (ctx.waiting("audio.speech") || silent(ctx)) return null;
  const fresh = take.length - take.heard;
  if (fresh < samples(recogniser.rest(take))) return null;
  const loud = take.length - take.quiet;
  if (take.quiet >= PAUSE && take.heard < loud + PAUSE) return "pause";
  // A run begun in the quiet would delay the one that a pause asks for.
  return partial_interval > 0 && take.quiet === 0 && fresh >= samples(partial_interval) ? "interval" : null;
}

function told({ take }: State, text: string, final: boolean): Body {
  const { language } = take;
  return { kind: "text.user", text, final, ...(language !== undefined && text !== "" && { language }) };
}

async function* grow(recogniser: Recogniser, state: State, ctx: Context): AsyncGenerator<Body> {
  const { take } = state;
  await shorten(recogniser, take, ctx);
  const reason = due(recogniser, take, ctx);
  // The run at a pause is worth finishing even if speech has ended: it is likely to be the final one.
  if (!reason || !await hear(recogniser, take, ctx, reason === "interval")) return;
  const text = transcript(take);
  if (text === "" || text === state.shown || recogniser.settings.partial_interval === 0) return;
  state.shown = text;
  yield told(state, text, false);
}

/** The text of all that was said; `lead`: milliseconds of silence at the end. */
async function conclude(recogniser: Recogniser, take: Take, lead: number, ctx: Context): Promise<string> {
  if (take.spoken - samples(lead) >= samples(recogniser.settings.min_speech)) {
    // A run that heard all but silence stands as it is.
    if (take.heard < take.length - samples(lead)) await hear(recogniser, take, ctx, false);
  }
  return transcript(take);
}

/**
 * Takes in a frame of one caller: partial transcripts while there is speech, the final one at a pause or at the end of
 * speech. Speech that is resumed belongs to the same take and is told with it.
 *
 * @throws {Error} if sound has another rate than 16 kHz.
 */
export async function* listen(
  recogniser: Recogniser,
  state: State,
  frame: Frame,
  ctx: Context,
): AsyncGenerator<Body> {
  switch (frame.kind) {
    case "speech.start":
      Object.assign(state, { take: openTake(samples(frame.lead)), shown: "", told: false });
      break;
    case "speech.resume":
      // What follows belongs to the take that is kept. Its first chunk counts whole, whatever is speech of it.
      state.told = false;
      break;
    case "audio.speech":
      if (frame.rate !== RATE) {
        throw new Error(`${recogniser.name} expects sound of ${RATE} Hz, got ${frame.rate} Hz`);
      }
      append(state.take, frame.pcm);
      yield* grow(recogniser, state, ctx);
      break;
    case "speech.pause": {
      const text = await conclude(recogniser, state.take, frame.lead, ctx);
      if (ctx.signal.aborted || text === "") return;
      state.told = true;
      yield told(state, text, true);
      break;
    }
    case "speech.end": {
      const text = await conclude(recogniser, state.take, frame.lead, ctx);
      state.take.spoken = Math.max(0, state.take.spoken - samples(frame.lead));
      if (!ctx.signal.aborted && !state.told) yield told(state, text, true);
    }
  }
}
