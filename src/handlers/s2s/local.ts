/**
 * `engine: local`: MiniCPM-o's language model in this process. Words come from an ASR handler and are spoken by a TTS
 * handler, because no engine that runs here has the model's ears and voice.
 *
 * Without a camera it is run as `LLM_Llama` runs any model, by node-llama-cpp, which reads prompts 6.7 and writes 2.3
 * times as fast (SmolLM2, one thread, medians of 12 pairs) as the llama.cpp that also sees; that one is loaded only for
 * the camera, in its place, because the weights fit no memory twice.
 */
import * as v from "valibot";
import type { HandlerEnv, Model } from "../../engine/handler.ts";
import { handler as llama } from "../llm/llama.ts";
import { sight } from "../../models/catalog/sight.ts";
import { loadSight } from "./sight.ts";
import type { Config } from "./settings.ts";
import { findWeights } from "./weights.ts";

/** The settings of `LLM_Llama` that mean the same. @param model its file below the models folder. */
export function llamaSettings(config: Config, model: string): v.InferOutput<typeof llama.config> {
  const { voice_prompt, assistant_prompt, history_turns, max_tokens, context_size, threads, max_callers } =
    config;
  return v.parse(llama.config, {
    model_name: model,
    gpu: config.gpu,
    system_prompt: [voice_prompt, assistant_prompt].filter((text) => text !== "").join("\n"),
    examples: [],
    history_turns,
    max_tokens,
    context_size,
    threads,
    max_callers,
    temperature: config.temperature,
  });
}

/** Puts the graphics card there is in the place of "auto". */
export async function settleLocal(
  config: Config,
  modelRoot: string,
): Promise<{ config: Config; note?: string }> {
  if (config.enable_video_input) return { config };
  const { config: settled, note } = await llama.settle!(llamaSettings(config, config.model_name), modelRoot);
  return { config: { ...config, gpu: settled.gpu }, ...(note !== undefined && { note }) };
}

export function localModels(config: Config): string[] {
  if (config.enable_video_input) return [config.model_name, sight.name];
  return llama.models(llamaSettings(config, config.model_name));
}

export async function loadLocal(config: Config, env: HandlerEnv): Promise<Model<unknown>> {
  const weights = await findWeights(env.modelRoot, config.model_name);
  if (config.enable_video_input) return loadSight(config, weights, env);
  return await llama.load(llamaSettings(config, weights.model), env) as Model<unknown>;
}
