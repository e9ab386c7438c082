/** Speaks replies with a Piper voice, clause by clause while they are still being written. */
import { join } from "node:path";
import * as v from "valibot";
import { type ClauseEnd, type ClauseSplitter, clauseSplitter } from "../../audio/clauses.ts";
import type { Body } from "../../engine/frame.ts";
import type { Context, Handler, HandlerEnv, Model } from "../../engine/handler.ts";
import { amplify, fade, gainFor, leadingSilence } from "./level.ts";
import { openPhonemizer, type Phonemize, pronounce, type Utterance } from "./phonemizer.ts";
import { idsOf, placed, type Timeline, timeline } from "./timeline.ts";
import { type Manner, openVoice, type Voice } from "./voice.ts";

const Config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  model_name: v.optional(v.pipe(v.string(), v.nonEmpty()), "en_US-joe-medium"),
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
interface Reply {
  turn: number;
  epoch: number;
  splitter: ClauseSplitter;
  /** Samples produced so far. */
  samples: number;
}

interface Caller {
  reply?: Reply;
}

/** Everything a clause is spoken with; shared by all callers. */
interface Studio {
  voice: Voice;
  phonemize: Phonemize;
  manner: Manner;
  /** Brings the voice to the target loudness. */
  gain: number;
  volume: number;
  pause: number;
}

/**
 * Frames of a clause's first two pieces: small, because the first is waited for, and the second has to be made while the
 * first (0.19 s at 22,050 Hz) is heard, on a machine that may be busy.
 */
const FIRST_PIECES = [16, 24];
/** Frames of the others at most (0.56 s): that long a cancellation may have to wait for the vocoder. */
const PIECE = 48;
/** Silence kept before the first sound of a clause, seconds: soft consonants begin below the threshold. */
const LEAD = 0.005;
/** From the last sound to the end of the last phoneme as the voice reckons it, seconds; the mean of 13 clauses. */
const DECAY = 0.04;
/** How long cut edges are faded, seconds. */
const FADE = 0.003;
/** What a reply may be like; measures how loud a voice is. */
const PROBE = "Hello there! I can hear you well. What shall we talk about?";

/** How a clause of that many frames is divided. */
export function pieces(frames: number): { from: number; to: number }[] {
  const borders = [0];
  for (const size of FIRST_PIECES) borders.push(Math.min(frames, borders.at(-1)! + size));
  const from = borders.at(-1)!;
  const count = Math.ceil((frames - from) / PIECE);
  for (let i = 1; i <= count; i++) borders.push(from + Math.round((frames - from) * i / count));
  return borders.slice(1).map((to, i) => ({ from: borders[i], to })).filter(({ from, to }) => to > from);
}

/** Seconds of a clause kept behind its last phoneme, so that the sounds of two clauses lie `pause` apart. */
function tailOf(end: ClauseEnd, pause: number): number {
  const wanted = { sentence: pause, phrase: pause / 2, cut: 0 }[end];
  return Math.max(0, wanted - DECAY - LEAD);
}

/** A clause whose sound can be made piece by piece. */
interface Prepared {
  times: Timeline;
  /** Samples from the first frame to where the clause is to end; the last may lie behind the voice's own silence. */
  end: number;
  pieces: { from: number; to: number }[];
  /** The samples of a piece, as loud as the voice is by itself. */
  samples(piece: { from: number; to: number }): Promise<Float32Array<ArrayBuffer>>;
}

async function prepare(studio: Studio, utterance: Utterance, clauseEnd: ClauseEnd): Promise<Prepared> {
  const { voice } = studio;
  const { sample_rate: rate } = voice.description.audio;
  const ids = idsOf(utterance.symbols, voice.description.phoneme_id_map);
  const latent = await voice.encode(ids.ids, studio.manner);
  const times = timeline(utterance, ids, latent.durations, voice.hop / rate);
  const end = Math.round((times.voicedEnd + tailOf(clauseEnd, studio.pause)) * rate);
  return {
    times,
    end,
    pieces: pieces(Math.min(latent.frames, Math.ceil(end / voice.hop))),
    samples: async ({ from, to }) =>
      (await voice.vocode(latent, from, to)).subarray(0, end - from * voice.hop),
  };
}

async function* speak(studio: Studio, reply: Reply, clause: Prepared, ctx: Context): AsyncGenerator<Body> {
  const { sample_rate: rate } = studio.voice.description.audio;
  let left = clause.end;
  for (const piece of clause.pieces) {
    await ctx.breathe();
    if (ctx.signal.aborted) return;
    let pcm = await clause.samples(piece);
    if (piece.from === 0) {
      const lead = Math.max(0, leadingSilence(pcm, rate, studio.gain) - Math.round(LEAD * rate));
      pcm = pcm.subarray(lead);
      left -= lead;
      fade(pcm, FADE * rate, "start");
      const from = reply.samples / rate;
      yield {
        kind: "phonemes",
        ...placed(clause.times, { shift: from - lead / rate, from, to: from + left / rate }),
      };
    }
    const last = piece === clause.pieces.at(-1);
    if (last) fade(pcm, FADE * rate, "end");
    // A pause longer than the silence the voice makes by itself is filled up.
    const exact = new Float32Array(last ? left : pcm.length);
    exact.set(pcm);
    amplify(exact, studio.gain * studio.volume);
    left -= exact.length;
    reply.samples += exact.length;
    yield { kind: "audio.reply", pcm: exact, rate, last: false };
  }
}

/** A clause without a sound (a lone dash, a script eSpeak does not know) is shown where the reply has got to. */
function silent(studio: Studio, reply: Reply, { words }: Utterance): Body {
  const at = reply.samples / studio.voice.description.audio.sample_rate;
  return { kind: "phonemes", spans: [], words: words.map(({ text }) => ({ text, start: at, end: at })) };
}

async function openStudio(config: Config, env: HandlerEnv): Promise<Studio> {
  const voice = await openVoice(join(env.modelRoot, config.model_name, `${config.model_name}.onnx`));
  const { espeak, inference, phoneme_id_map, audio } = voice.description;
  const phonemize = await openPhonemizer(espeak.voice);
  const manner: Manner = {
    noise: config.noise_scale ?? inference.noise_scale,
    length: inference.length_scale / config.speed,
    noiseWidth: config.noise_w ?? inference.noise_w,
  };
  const { ids } = idsOf(pronounce(phonemize, PROBE).symbols, phoneme_id_map);
  // With its noise, because without it a voice is some 2 dB softer.
  const latent = await voice.encode(ids, manner);
  const gain = gainFor(await voice.vocode(latent, 0, latent.frames), audio.sample_rate);
  return { voice, phonemize, manner, gain, volume: config.volume, pause: config.clause_pause };
}

async function load(config: Config, env: HandlerEnv): Promise<Model<Caller>> {
  const studio = await openStudio(config, env);
  const rate = studio.voice.description.audio.sample_rate;
  return {
    open: () => ({}),
    close: (caller) => {
      caller.reply = undefined;
    },
    async *handle(caller, frame, ctx) {
      if (frame.kind !== "text.reply" || ctx.signal.aborted) return;
      const { turn, epoch } = frame;
      if (caller.reply?.turn !== turn || caller.reply.epoch !== epoch) {
        caller.reply = { turn, epoch, splitter: clauseSplitter(), samples: 0 };
      }
      const reply = caller.reply;
      const clauses = reply.splitter.push(frame.delta);
      if (frame.last) clauses.push(...reply.splitter.finish());
      for (const { text, end } of clauses) {
        const utterance = pronounce(studio.phonemize, text);
        if (utterance.symbols.length === 0) yield silent(studio, reply, utterance);
        else yield* speak(studio, reply, await prepare(studio, utterance, end), ctx);
        if (ctx.signal.aborted) return;
      }
      if (!frame.last) return;
      caller.reply = undefined;
      yield { kind: "audio.reply", pcm: new Float32Array(0), rate, last: true };
    },
    [Symbol.asyncDispose]: () => studio.voice[Symbol.asyncDispose](),
  };
}

/** `TTS_Piper`: reply text in, phoneme times and sound out (mono, the voice's own rate: 22,050 Hz for medium ones). */
export const handler: Handler<Config, Caller> = {
  name: "TTS_Piper",
  config: Config,
  consumes: ["text.reply"],
  produces: ["phonemes", "audio.reply"],
  models: (config) => [config.model_name],
  load,
};
