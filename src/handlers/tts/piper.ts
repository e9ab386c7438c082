/**
 * Speaks replies with Piper voices, clause by clause while they are still being written. With several voices each clause is
 * spoken by the one that can read it.
 */
import * as v from "valibot";
import { type ClauseSplitter, clauseSplitter } from "../../audio/clauses.ts";
import type { FrameOf } from "../../engine/frame.ts";
import type { Context, Handler, HandlerEnv, Model } from "../../engine/handler.ts";
import { deliver, type Delivery, type Progress, silent } from "./delivery.ts";
import { readerOf } from "./script.ts";
import { openSpeaker, type Speaker } from "./speaker.ts";

const Name = v.pipe(v.string(), v.nonEmpty());
const Language = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}([-_][A-Za-z0-9]+)*$/, 'A language is expected, such as "zh", "en" or "pt-BR"'),
);

const Config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  model_name: v.optional(Name, "en_US-joe-medium"),
  /** Voices for other languages than the first one's. */
  voices: v.optional(v.record(Language, Name), {}),
  /** Which one speaks, in voices that have several. */
  speaker_id: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** 2 is twice as fast. */
  speed: v.optional(v.pipe(v.number(), v.minValue(0.5), v.maxValue(2)), 1),
  /** How much the sound varies; the voice's own value when left out. */
  noise_scale: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
  /** How much the lengths of phonemes vary; the voice's own value when left out. */
  noise_w: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
  volume: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(4)), 1),
  /** Seconds of silence between two sentences; half of it behind a comma. */
  clause_pause: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), 0.12),
});
type Config = v.InferOutput<typeof Config>;

/** The reply that is being spoken to one caller. */
interface Reply extends Progress {
  turn: number;
  epoch: number;
  splitter: ClauseSplitter;
}

interface Caller {
  reply?: Reply;
  /** What the caller spoke last, if the recogniser told. */
  language?: string;
}

/** The default voice first. A model that is named twice is loaded once. */
async function openSpeakers(config: Config, env: HandlerEnv): Promise<Speaker[]> {
  const tags = Object.entries(config.voices);
  const own = tags.find(([, name]) => name === config.model_name)?.[0];
  const speakers = [await openSpeaker(config.model_name, config, env, own)];
  for (const [tag, name] of tags) {
    if (name !== config.model_name) speakers.push(await openSpeaker(name, config, env, tag));
  }
  return speakers;
}

interface Cast {
  speakers: Speaker[];
  delivery: Delivery;
}

/** Takes a piece of the reply and speaks the clauses that it completes. */
async function* speak(
  { speakers, delivery }: Cast,
  caller: Caller,
  frame: FrameOf<"text.reply">,
  ctx: Context,
) {
  const { turn, epoch } = frame;
  if (caller.reply?.turn !== turn || caller.reply.epoch !== epoch) {
    caller.reply = { turn, epoch, splitter: clauseSplitter(), samples: 0 };
  }
  const reply = caller.reply;
  const clauses = reply.splitter.push(frame.delta);
  if (frame.last) clauses.push(...reply.splitter.finish());
  for (const clause of clauses) {
    const speaker = readerOf(clause.text, speakers, caller.language);
    const utterance = speaker.alphabet.pronounce(clause.text, clause.glued);
    if (utterance.symbols.length === 0) yield silent(delivery, reply, utterance, clause);
    else yield* deliver(speaker, delivery, reply, utterance, clause, ctx);
    if (ctx.signal.aborted) return;
  }
  if (!frame.last) return;
  caller.reply = undefined;
  yield { kind: "audio.reply" as const, pcm: new Float32Array(0), rate: delivery.rate, last: true };
}

async function load(config: Config, env: HandlerEnv): Promise<Model<Caller>> {
  const speakers = await openSpeakers(config, env);
  const delivery = { rate: speakers[0].rate, volume: config.volume, pause: config.clause_pause };
  return {
    open: () => ({}),
    close: (caller) => {
      caller.reply = undefined;
    },
    async *handle(caller, frame, ctx) {
      if (frame.kind === "text.user" && frame.final) caller.language = frame.language ?? caller.language;
      if (frame.kind !== "text.reply" || ctx.signal.aborted) return;
      yield* speak({ speakers, delivery }, caller, frame, ctx);
    },
    [Symbol.asyncDispose]: async () => {
      for (const speaker of speakers) await speaker[Symbol.asyncDispose]();
    },
  };
}

/**
 * `TTS_Piper`: reply text in, phoneme times and sound out (mono, at the first voice's own rate: 22,050 Hz for medium
 * ones). What the caller says tells it the language, where the recogniser does.
 */
export const handler: Handler<Config, Caller> = {
  name: "TTS_Piper",
  config: Config,
  consumes: ({ voices }) => Object.keys(voices).length > 0 ? ["text.reply", "text.user"] : ["text.reply"],
  produces: ["phonemes", "audio.reply"],
  models: (config) => [...new Set([config.model_name, ...Object.values(config.voices)])],
  load,
};
