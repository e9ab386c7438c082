/** The settings of `LLM_Llama`. */
import * as v from "valibot";
import { choose, SMALLEST } from "../../models/brain.ts";
import { type Means, readSpeed } from "../../models/speed.ts";
import { findGguf } from "./gguf.ts";
import { type Gpu, GPUS, impossible, presentGpu } from "./gpu.ts";
import { MODELS_PROGRAM } from "../../version.ts";
import { type Manner, mannerOf } from "./manner.ts";

const count = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** YAML reads `false` as a truth value. */
const named = (value: unknown) => value === false ? "false" : value;

export const Config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** A folder below the models folder with one `.gguf` in it, or such a file; or the best that suits this machine. */
  model_name: v.optional(v.pipe(v.string(), v.nonEmpty()), "auto"),
  /** What computes: a graphics card, false for the processor, or a card where there is a build for one. */
  gpu: v.optional(v.pipe(v.unknown(), v.transform(named), v.picklist(["auto", ...GPUS, "false"])), "auto"),
  /** Left out, these four are what suits the model's size, see `manner.ts`. */
  system_prompt: v.optional(v.string()),
  /** Exchanges that show the model how to answer; they cost memory but no time. */
  examples: v.optional(v.array(v.strictObject({ user: v.string(), reply: v.string() }))),
  /** Exchanges remembered word for word at least; up to twice as many. Older ones are summed up; 0 remembers nothing. */
  history_turns: v.optional(count(0, 100)),
  /** A reply ends at the last full stop within this many tokens. */
  max_tokens: v.optional(count(8, 4096)),
  /** Who sums up what is too old: the model, or the caller's own sentences; auto: the model, if it is large enough. */
  summary: v.optional(v.picklist(["auto", "model", "sentences"]), "auto"),
  /** Tokens of prompt and reply together, for each caller. */
  context_size: v.optional(count(256, 131_072), 2048),
  threads: v.optional(count(1, 256), 1),
  max_callers: v.optional(count(1, 64), 4),
  /** 0 always takes the likeliest word. */
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), 0),
});
export type Config = v.InferOutput<typeof Config>;

/** Nothing is left open. */
export interface Settings extends Omit<Config, "summary"> {
  system_prompt: string;
  examples: { user: string; reply: string }[];
  history_turns: number;
  max_tokens: number;
  /** Does the model sum up? */
  summarises: boolean;
}

export function settingsFor(config: Config, manner: Manner): Settings {
  return {
    ...config,
    system_prompt: config.system_prompt ?? manner.systemPrompt,
    examples: config.examples ?? [...manner.examples],
    history_turns: config.history_turns ?? manner.historyTurns,
    max_tokens: config.max_tokens ?? manner.maxTokens,
    summarises: config.summary === "auto" ? manner.summarises : config.summary === "model",
  };
}

/** The name of a model. What was not settled is the one that runs everywhere. */
export const modelOf = ({ model_name: name }: Config) => name === "auto" ? SMALLEST.name : name;

/** The model's file, and the settings that suit its size. @throws {Error} when it is not there. */
export async function settingsOf(
  config: Config,
  modelRoot: string,
): Promise<{ path: string; settings: Settings }> {
  const path = await findGguf(modelRoot, modelOf(config));
  return { path, settings: settingsFor(config, mannerOf((await Deno.stat(path)).size)) };
}

/** Puts the model and the graphics card that suit this machine in the place of "auto". */
export async function settle(config: Config, modelRoot: string): Promise<{ config: Config; note?: string }> {
  const wanted = config.gpu === "auto" ? await presentGpu(modelRoot) : config.gpu;
  const never = impossible(wanted);
  const gpu = never ? "false" : wanted;
  const means = { gpu, threads: config.threads };
  const notes = [never ?? await lacking(gpu, modelRoot, means)];
  let name = config.model_name;
  if (name === "auto") {
    const choice = await choose(modelRoot, means);
    name = choice.name;
    notes.unshift(`${name}, ${choice.why}`);
  }
  const note = notes.filter((note) => note !== null).join(". ");
  const settled = { ...config, model_name: name, gpu };
  return note === "" ? { config: settled } : { config: settled, note };
}

/** Says so where no card was found when last it was looked for one; null when there is nothing to say. */
async function lacking(gpu: Gpu, modelRoot: string, means: Means): Promise<string | null> {
  if (gpu === "false") return null;
  const speed = await readSpeed(modelRoot, means);
  if (!speed || speed.card) return null;
  return `"gpu: ${gpu}", but no such card was found at the last "${MODELS_PROGRAM} fetch"`;
}
