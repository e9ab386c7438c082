/** MiniCPM-o 2.6 as Open Avatar Chat 0.1.0 knew it: a model that hears and speaks by itself, where its engine can. */
import type { Kind } from "../../engine/frame.ts";
import { type Handler, kindsOf, type Model } from "../../engine/handler.ts";
import { secretsOf } from "../../remote/settings.ts";
import { handler as llama } from "../llm/llama.ts";
import { llamaSettings, loadLocal, localModels, settleLocal } from "./local.ts";
import { loadServing } from "./serving.ts";
import { Config, soundFiles } from "./settings.ts";

const SPEECH: readonly Kind[] = [
  "speech.start",
  "audio.speech",
  "speech.pause",
  "speech.end",
  "speech.resume",
];

/** Is it run as `LLM_Llama` runs any model? */
const blind = ({ engine, enable_video_input }: Config) => engine === "local" && !enable_video_input;

function consumes(config: Config): readonly Kind[] {
  if (blind(config)) return kindsOf(llama.consumes, llamaSettings(config, config.model_name));
  return [
    ...(config.engine === "server" ? SPEECH : []),
    "text.user",
    "turn.end",
    "memory",
    ...(config.enable_video_input ? ["image.user" as const] : []),
  ];
}

function produces(config: Config): readonly Kind[] {
  if (blind(config)) return kindsOf(llama.produces, llamaSettings(config, config.model_name));
  const { engine, transcripts, audio_out } = config;
  if (engine === "local") return ["text.reply"];
  return [
    ...(transcripts === "none" ? ["text.user" as const] : []),
    "text.reply",
    ...(audio_out ? ["phonemes", "audio.reply"] as const : []),
  ];
}

/**
 * `S2S_MiniCPM`. `engine: local` thinks: the caller's words in, the reply's text out. `engine: server` also hears, and
 * with `audio_out` speaks: the caller's voice in, text and sound out, with times of words that are guessed.
 */
export const handler: Handler<Config, unknown> = {
  name: "S2S_MiniCPM",
  config: Config,
  consumes,
  produces,
  settle: async (config, modelRoot) =>
    config.engine === "local" ? await settleLocal(config, modelRoot) : { config },
  models: (config) => config.engine === "local" ? localModels(config) : soundFiles(config),
  endpoints: ({ engine, base_url }) => engine === "server" ? base_url : [],
  native: ({ engine, audio_out }) => engine === "server" && audio_out,
  secrets: (config) => config.engine === "server" ? secretsOf(config) : [],
  load: async (config, env) =>
    (config.engine === "local" ? await loadLocal(config, env) : await loadServing(config, env)) as Model<
      unknown
    >,
};
