/**
 * Speech recognition with Moonshine (arXiv 2410.15608; English). Running it again over the growing sound is cheap,
 * because each run begins with the tokens of the one before.
 */
import * as v from "valibot";
import type { Handler, Model } from "../../engine/handler.ts";
import { type Moonshine, openMoonshine } from "./decoder.ts";
import { believe, contour, lifeless } from "./guard.ts";
import { listen, openState, pacing, type Recogniser, silent, type State } from "./listening.ts";
import { RATE } from "./take.ts";

const NAME = "ASR_Moonshine";
/** Decoder steps between two looks at what else has come in. */
const STEPS = 4;

const config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  model_name: v.optional(v.string(), "moonshine-tiny-en"),
  ...pacing,
  /** People do not speak faster; what would be longer is a loop. */
  max_tokens_per_second: v.optional(v.pipe(v.number(), v.minValue(1)), 6.5),
});

type Config = v.InferOutput<typeof config>;

function recogniserOf(moonshine: Moonshine, settings: Config): Recogniser {
  return {
    name: NAME,
    settings,
    rest: () => 0,
    async recognise(take, pcm, ctx, leave) {
      const shape = contour(pcm);
      if (lifeless(shape)) return { text: "" };
      const { text, tokens, stopped } = await moonshine.transcribe(pcm, {
        limit: Math.ceil(pcm.length / RATE * settings.max_tokens_per_second),
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
      return stopped ? null : { text: believe(text, shape) };
    },
  };
}

/** One second of low noise, so that the first caller does not wait for the first run. */
async function warm(moonshine: Moonshine): Promise<void> {
  const pcm = Float32Array.from({ length: RATE }, (_, n) => 0.01 * Math.sin(n * n));
  await moonshine.transcribe(pcm, { limit: 4 });
}

export const handler: Handler<Config, State> = {
  name: NAME,
  config,
  consumes: ["speech.start", "audio.speech", "speech.pause", "speech.end", "speech.resume"],
  produces: ["text.user"],
  models: ({ model_name }) => [model_name],

  async load(settings, env): Promise<Model<State>> {
    const moonshine = await openMoonshine(`${env.modelRoot}/${settings.model_name}`);
    await warm(moonshine);
    const recogniser = recogniserOf(moonshine, settings);
    return {
      open: openState,
      close() {},
      handle: (state, frame, ctx) => listen(recogniser, state, frame, ctx),
      [Symbol.asyncDispose]: () => moonshine[Symbol.asyncDispose](),
    };
  },
};
