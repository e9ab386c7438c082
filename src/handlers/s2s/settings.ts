/** Settings of `S2S_MiniCPM`: the original's keys, and where the model runs. */
import * as v from "valibot";
import { remoteSettings } from "../../remote/settings.ts";
import { apology } from "../llm/apology.ts";
import { Config as llama } from "../llm/settings.ts";

const count = (least: number, most: number, preset: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)), preset);
const file = () => v.optional(v.string(), "");

/** In the demo server's own order, from 1. */
export const VOICES = ["default", "female", "male"] as const;

const keys = v.strictObject({
  ...remoteSettings("http://localhost:8000/v1"),
  /** The folder below the models folder: MiniCPM-o-2_6 or MiniCPM-o-2_6-int4. */
  model_name: v.optional(v.pipe(v.string(), v.nonEmpty()), "MiniCPM-o-2_6"),
  /** How the model speaks; goes before the reference voice. */
  voice_prompt: v.optional(v.string(), ""),
  /** Who the face is; goes behind the reference voice. */
  assistant_prompt: v.optional(
    v.string(),
    "You are a friendly digital human. You can hear the user and you speak with a voice. Your answers are short, " +
      "without lists, marks or emoji, and in the language of the user.",
  ),
  /** Shows the model what the caller's camera sees. */
  enable_video_input: v.optional(v.boolean(), false),
  engine: v.optional(v.picklist(["local", "server"]), "local"),

  /** What the server speaks: OpenAI's chat completions, or what MiniCPM-o's own demo server has. */
  api: v.optional(v.picklist(["openai", "demo"]), "openai"),
  /** The model's name on the server; empty: the first that it names. */
  served_name: v.optional(v.string(), ""),
  /** Does the server speak? Else the TTS handler does. */
  audio_out: v.optional(v.boolean(), false),
  /** Hertz of sound that comes without a WAV header. */
  audio_rate: count(8_000, 48_000, 24_000),
  /** What writes down the caller's words: the ASR handler, or nobody, and then captions show only that he spoke. */
  transcripts: v.optional(v.picklist(["asr", "none"]), "asr"),
  /** A WAV file below the models folder, whose voice the model imitates; not of the demo server, which has its own. */
  ref_audio: file(),
  /** Of the demo server: which of its own voices. */
  demo_voice: v.optional(v.picklist(VOICES), "default"),
  /** One that says the apology, where no TTS handler could. */
  apology_audio: file(),
  apology: v.optional(apology, {}),

  /** Exchanges remembered. */
  history_turns: count(0, 100, 6),
  /** The longest answer, in tokens. */
  max_tokens: count(8, 4096, 120),
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
  /** Of the local engine: tokens of prompt and answer for each caller, callers, threads, and what computes. */
  context_size: count(512, 32_768, 4096),
  max_callers: count(1, 64, 4),
  threads: count(1, 256, 4),
  gpu: llama.entries.gpu,
});

type Keys = v.InferOutput<typeof keys>;

/** What only a server can do. */
const SERVER_ONLY = 'Only a server hears and speaks. Set "engine: server", or leave this out.';
const forServers = (used: (config: Keys) => boolean) => (config: Keys) =>
  config.engine === "server" || !used(config);

export const Config = v.pipe(
  keys,
  v.forward(v.check(forServers(({ audio_out }) => audio_out), SERVER_ONLY), ["audio_out"]),
  v.forward(v.check(forServers(({ transcripts }) => transcripts === "none"), SERVER_ONLY), ["transcripts"]),
  v.forward(v.check(forServers(({ ref_audio }) => ref_audio !== ""), SERVER_ONLY), ["ref_audio"]),
  v.forward(
    v.check(
      ({ api, ref_audio }) => api === "openai" || ref_audio === "",
      'The demo server keeps to its own voices. Leave this out, and choose one by "demo_voice".',
    ),
    ["ref_audio"],
  ),
  v.forward(
    v.check(
      ({ audio_out, apology_audio }) => audio_out || apology_audio === "",
      'The TTS handler says the apology. Leave this out, or set "audio_out: true".',
    ),
    ["apology_audio"],
  ),
);
export type Config = v.InferOutput<typeof Config>;

/** Files below the models folder that the server engine reads. */
export function soundFiles({ ref_audio, apology_audio }: Config): string[] {
  return [ref_audio, apology_audio].filter((name) => name !== "");
}
