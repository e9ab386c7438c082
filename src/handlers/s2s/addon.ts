/** The llama.cpp that sees: a native addon, used without the package that wraps it (@fugood/llama.node 1.7.15). */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Log } from "../../engine/handler.ts";
import { MODELS_PROGRAM } from "../../version.ts";
import { sight } from "../../models/catalog/sight.ts";

/** Stands in a message where a picture belongs. */
export const PICTURE = "<__media__>";

export interface Message {
  role: string;
  content: string;
}

/** How a reply is written. */
export interface Completion {
  messages: Message[];
  /** Data URIs of the pictures, in the order of their marks. */
  media_paths: string[];
  n_predict: number;
  /** 0 alone is not taken for "always the likeliest"; `top_k: 1` is. */
  temperature: number;
  top_k?: number;
  /** Renders the messages by the model's own template. */
  jinja: true;
  stop: string[];
}

/** The addon's own object, as far as it is used. One completion at a time. */
export interface SeeingContext {
  initMultimodal(options: { path: string; use_gpu: boolean }): boolean;
  completion(
    options: Completion,
    written: (token: { token: string }) => void,
  ): Promise<{ stopped_limited: number | boolean; interrupted: boolean }>;
  stopCompletion(): void;
  release(): Promise<void>;
}

interface Addon {
  LlamaContext: {
    new (options: Record<string, unknown>, progress: () => void): SeeingContext;
  };
}

function loadAddon(modelRoot: string): Addon {
  const path = join(modelRoot, sight.name, sight.files[0].name);
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    throw new Error(
      `S2S_MiniCPM: "enable_video_input" needs a llama.cpp that sees, which cannot be loaded ` +
        `(${
          (error as Error).message.split("\n")[0]
        }); it is for Linux on x86-64. Run: ${MODELS_PROGRAM} fetch ${sight.name}`,
      { cause: error },
    );
  }
}

export interface SeeingOptions {
  model: string;
  projector: string;
  context: number;
  threads: number;
}

/** Loads the model with its image part, for the processor. Blocks the thread: never call it on the main one. */
export function openSeeing(options: SeeingOptions, modelRoot: string, log: Log): SeeingContext {
  const { LlamaContext } = loadAddon(modelRoot);
  log.warn(
    "The llama.cpp that sees writes its own log to the terminal, prompts included; nothing can silence it.",
  );
  const context = new LlamaContext({
    model: options.model,
    n_ctx: options.context,
    n_batch: 512,
    n_threads: options.threads,
    n_gpu_layers: 0,
    n_parallel: 1,
  }, () => {});
  if (context.initMultimodal({ path: options.projector, use_gpu: false })) return context;
  throw new Error(`S2S_MiniCPM: "${options.projector}" is no image part that suits "${options.model}"`);
}
