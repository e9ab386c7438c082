/**
 * Speech recognition with Moonshine (arXiv 2410.15608; English). The model hears whole sentences, not a stream: while
 * the caller speaks it is run again and again over the growing sound, which is cheap, because each run begins with
 * the tokens of the one before. One of these runs is made at every pause, so that when the caller may have finished the
 * text is mostly there already.
 */
import * as v from "valibot";
import type { Body, Frame } from "../../engine/frame.ts";
import type { Context, Handler, Model } from "../../engine/handler.ts";
import { type Moonshine, openMoonshine, RATE } from "./decoder.ts";
import { believe, contour, lifeless } from "./guard.ts";
import { append, openTake, seam, settle, sound, type Take, transcript } from "./take.ts";

/** Quiet samples after which the caller may have finished (64 ms). */
const PAUSE = 1024;
/** Decoder steps between two looks at what else has come in. */
const STEPS = 4;

const config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  model_name: v.optional(v.string(), "moonshine-tiny-en"),
  /** Milliseconds of new speech between two partial transcripts; 0: none. */
  partial_interval: v.optional(v.pipe(v.number(), v.minValue(0)), 480),
  /** Milliseconds; shorter speech is dropped, because the model makes words of coughs. */
  min_speech: v.optional(v.pipe(v.number(), v.minValue(0)), 250),
  /** People do not speak faster; what would be longer is a loop. */
  max_tokens_per_second: v.optional(v.pipe(v.number(), v.minValue(1)), 6.5),
  /** Seconds; longer speech is recognised in pieces, cut at quiet places. The model was trained on up to 30 s. */
  max_segment: v.optional(v.pipe(v.number(), v.minValue(2), v.maxValue(60)), 30),
});

type Config = v.InferOutput<typeof config>;

/** One caller. */
interface State {
  take: Take;
  /** The partial transcript that was shown last. */
  shown: string;
  /** The final text has been told at a pause, and nothing was said since. */
  told: boolean;
}

interface Recogniser {
  moonshine: Moonshine;
  settings: Config;
}

const samples = (milliseconds: number) => milliseconds * RATE / 1000;

/**
 * The text of the first `length` samples, or null when it was given up.
 *
 * @param leave Give up when a pause or the end of speech has come in: the run would be made again, with more sound.
 */
async function recognise(
  { moonshine, settings }: Recogniser,
  take: Take,
  length: number,
  ctx: Context,
  leave: boolean,
): Promise<string | null> {
  const whole = sound(take);
  const pcm = length < whole.length ? whole.slice(0, length) : whole;
  const shape = contour(pcm);
  if (lifeless(shape)) return "";
  const { text, tokens, stopped } = await moonshine.transcribe(pcm, {
    limit: Math.ceil(length / RATE * settings.max_tokens_per_second),
    draft: take.tokens,
    async stop(steps) {
      if (leave && steps % STEPS === 0) {
        await ctx.breathe();
        if (silent(ctx)) return true;
      }
      return ctx.signal.aborted;
    },
  });
  if (!stopped || tokens.length > take.tokens.length) take.tokens = tokens;
  return stopped ? null : believe(text, shape);
}

/** Has the caller, meanwhile, fallen silent? */
function silent(ctx: Context): boolean {
  return ctx.waiting("speech.pause") || ctx.waiting("speech.end");
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
function due(take: Take, settings: Config, ctx: Context): "pause" | "interval" | null {
  if (take.spoken < samples(settings.min_speech)) return null;
  // What is waiting is added first; a run over all of it comes then.
  if (ctx.waiting("audio.speech") || silent(ctx)) return null;
  const loud = take.length - take.quiet;
  if (take.quiet >= PAUSE && take.heard < loud + PAUSE) return "pause";
  const interval = samples(settings.partial_interval);
  // A run begun in the quiet would delay the one that a pause asks for.
  return interval > 0 && take.quiet === 0 && take.length - take.heard >= interval ? "interval" : null;
}

async function* grow(recogniser: Recogniser, state: State, ctx: Context): AsyncGenerator<Body> {
  const { take } = state;
  await shorten(recogniser, take, ctx);
  const reason = due(take, recogniser.settings, ctx);
  // The run at a pause is worth finishing even if speech has ended: it is likely to be the final one.
  if (!reason || !await hear(recogniser, take, ctx, reason === "interval")) return;
  const text = transcript(take);
  if (text === "" || text === state.shown || recogniser.settings.partial_interval === 0) return;
  state.shown = text;
  yield { kind: "text.user", text, final: false };
}

/** The text of all that was said; `lead`: milliseconds of silence at the end. */
async function conclude(recogniser: Recogniser, take: Take, lead: number, ctx: Context): Promise<string> {
  if (take.spoken - samples(lead) >= samples(recogniser.settings.min_speech)) {
    // A run that heard all but silence stands as it is.
    if (take.heard < take.length - samples(lead)) await hear(recogniser, take, ctx, false);
  }
  return transcript(take);
}

async function* handle(
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
        throw new Error(`ASR_Moonshine expects sound of ${RATE} Hz, got ${frame.rate} Hz`);
      }
      append(state.take, frame.pcm);
      yield* grow(recogniser, state, ctx);
      break;
    case "speech.pause": {
      const text = await conclude(recogniser, state.take, frame.lead, ctx);
      if (ctx.signal.aborted || text === "") return;
      state.told = true;
      yield { kind: "text.user", text, final: true };
      break;
    }
    case "speech.end": {
      const text = await conclude(recogniser, state.take, frame.lead, ctx);
      state.take.spoken = Math.max(0, state.take.spoken - samples(frame.lead));
      if (!ctx.signal.aborted && !state.told) yield { kind: "text.user", text, final: true };
    }
  }
}

/** One second of low noise, so that the first caller does not wait for the first run. */
async function warm(moonshine: Moonshine): Promise<void> {
  const pcm = Float32Array.from({ length: RATE }, (_, n) => 0.01 * Math.sin(n * n));
  await moonshine.transcribe(pcm, { limit: 4 });
}

export const handler: Handler<Config, State> = {
  name: "ASR_Moonshine",
  config,
  consumes: ["speech.start", "audio.speech", "speech.pause", "speech.end", "speech.resume"],
  produces: ["text.user"],
  models: ({ model_name }) => [model_name],

  async load(settings, env): Promise<Model<State>> {
    const moonshine = await openMoonshine(`${env.modelRoot}/${settings.model_name}`);
    await warm(moonshine);
    return {
      open: () => ({ take: openTake(0), shown: "", told: false }),
      close() {},
      handle: (state, frame, ctx) => handle({ moonshine, settings }, state, frame, ctx),
      [Symbol.asyncDispose]: () => moonshine[Symbol.asyncDispose](),
    };
  },
};
