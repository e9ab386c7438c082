/**
 * Speech recognition with SenseVoiceSmall (arXiv 2407.04051): Chinese, English, Japanese, Korean and Cantonese, and
 * which of them it was. The model gives all tokens of a sound in one run that cannot be broken off.
 */
import * as v from "valibot";
import type { Handler, Model } from "../../engine/handler.ts";
import { believe, contour, lifeless } from "./guard.ts";
import { listen, openState, pacing, type Recogniser, silent, type State } from "./listening.ts";
import { LANGUAGES, openSenseVoice, type SenseVoice } from "./sensevoice_graph.ts";
import { RATE } from "./take.ts";

const NAME = "ASR_SenseVoice";
/**
 * Runs while the caller speaks take at most this share of the time: the final one waits for what is under way when the
 * caller falls silent.
 */
const SHARE = 0.25;

const config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  model_name: v.optional(v.string(), "SenseVoiceSmall"),
  /** What callers speak; "auto": told from each sentence. */
  language: v.optional(v.picklist(LANGUAGES), "auto"),
  /** Punctuation, and numbers as digits. */
  use_itn: v.optional(v.boolean(), true),
  ...pacing,
});

type Config = v.InferOutput<typeof config>;

/** @param voice Its runs are timed: where they are slow, those while the caller speaks become rare. */
export function recogniserOf(voice: SenseVoice, settings: Config): Recogniser {
  const options = { language: settings.language, itn: settings.use_itn };
  /** Milliseconds of computing per sample, in the newest run. */
  let cost = 0;
  return {
    name: NAME,
    settings,
    rest: (take) => cost * take.length / SHARE,
    async recognise(_take, pcm, ctx, leave) {
      const shape = contour(pcm);
      if (lifeless(shape)) return { text: "" };
      if (leave) await ctx.breathe();
      if (ctx.signal.aborted || (leave && silent(ctx))) return null;
      const began = performance.now();
      const { text, language } = await voice.transcribe(pcm, options);
      cost = (performance.now() - began) / pcm.length;
      if (ctx.signal.aborted) return null;
      const believed = believe(text, shape);
      return believed === "" ? { text: "" } : { text: believed, language };
    },
  };
}

/** One second of low noise, so that the first caller does not wait for the first run. */
async function warm(voice: SenseVoice): Promise<void> {
  const pcm = Float32Array.from({ length: RATE }, (_, n) => 0.01 * Math.sin(n * n));
  await voice.transcribe(pcm, { language: "auto", itn: true });
}

export const handler: Handler<Config, State> = {
  name: NAME,
  config,
  consumes: ["speech.start", "audio.speech", "speech.pause", "speech.end", "speech.resume"],
  produces: ["text.user"],
  models: ({ model_name }) => [model_name],

  async load(settings, env): Promise<Model<State>> {
    const voice = await openSenseVoice(`${env.modelRoot}/${settings.model_name}`);
    await warm(voice);
    const recogniser = recogniserOf(voice, settings);
    return {
      open: openState,
      close() {},
      handle: (state, frame, ctx) => listen(recogniser, state, frame, ctx),
      [Symbol.asyncDispose]: () => voice[Symbol.asyncDispose](),
    };
  },
};
