/**
 * Every handler by the name the YAML uses. A new handler is one file and one line here; the imports are written out
 * because `deno compile` only packs what it can see.
 */
import type { Handler } from "../engine/handler.ts";

/** Loads a handler's module (its settings and contract; the model itself is loaded later, in its worker). */
export type HandlerModule = () => Promise<{ handler: Handler }>;

export const handlers: Record<string, HandlerModule> = {
  SileraVad: () => import("./vad/silero.ts"),
  ASR_Moonshine: () => import("./asr/moonshine.ts"),
  ASR_SenseVoice: () => import("./asr/sensevoice.ts"),
  ASR_OpenAI: () => import("./asr/openai.ts"),
  SmartTurn: () => import("./turn/smart_turn.ts"),
  LLM_Llama: () => import("./llm/llama.ts"),
  LLM_OpenAI: () => import("./llm/openai.ts"),
  S2S_MiniCPM: () => import("./s2s/minicpm.ts"),
  TTS_Piper: () => import("./tts/piper.ts"),
  TTS_OpenAI: () => import("./tts/openai.ts"),
  Tts2Face: () => import("./avatar/tts2face.ts"),
};

/** Other spellings that are understood: Open Avatar Chat's code says `SileroVad`, its README `SileraVad`. */
export const handlerAliases: Record<string, string> = { SileroVad: "SileraVad" };

/** The chain of a configuration that names no handler. */
export const defaultChain: readonly string[] = [
  "SileraVad",
  "ASR_Moonshine",
  "SmartTurn",
  "LLM_Llama",
  "TTS_Piper",
  "Tts2Face",
];

/** Names a YAML file may use, without the aliases. */
export function handlerNames(): string[] {
  return Object.keys(handlers);
}
