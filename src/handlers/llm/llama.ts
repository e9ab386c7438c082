/** Answers the caller with a language model of llama.cpp. */
import type { Handler, HandlerEnv, Model } from "../../engine/handler.ts";
import { answer, type Caller as Known, measure, prepare, sumUp } from "./answer.ts";
import { loadLlama } from "./binding.ts";
import { newConversation, recall, remember } from "./conversation.ts";
import { buildOf } from "./gpu.ts";
import { Places } from "./places.ts";
import { Config, modelOf, settingsOf, settle } from "./settings.ts";
import { type Courtesy, LONG_STEP, preload } from "./writer.ts";

interface Caller extends Known {
  /** Settles when what every prompt begins with is in memory: a call begins meanwhile, with listening. */
  warm: Promise<void>;
}

/** Tokens evaluated at a time: small, so that a long prompt of one caller holds the others up little. */
const BATCH = 128;
/** Nothing is more urgent than what every prompt begins with; its steps let the other callers' words in between. */
const patient: Courtesy = {
  urgent: () => false,
  breathe: () => Promise.resolve(),
  now: () => performance.now(),
};

async function openContext(path: string, config: Config, env: HandlerEnv) {
  const { llama, gpu, cards } = await loadLlama(
    env.log,
    config.gpu === "auto" ? "false" : config.gpu,
    env.modelRoot,
  );
  if (gpu !== "false") env.log.info(`Computes on ${cards.join(" and ")} (${gpu}).`);
  const contextSize = config.context_size;
  try {
    const model = await llama.loadModel({
      modelPath: path,
      gpuLayers: gpu !== "false" ? { fitContext: { contextSize: contextSize * config.max_callers } } : 0,
    });
    const context = await model.createContext({
      contextSize,
      sequences: config.max_callers,
      batchSize: BATCH,
      threads: config.threads,
    });
    return { llama, context };
  } catch (error) {
    await llama.dispose();
    throw new Error(`Cannot load the language model "${path}": ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function load(config: Config, env: HandlerEnv): Promise<Model<Caller>> {
  const { path, settings } = await settingsOf(config, env.modelRoot);
  const { llama, context } = await openContext(path, config, env);
  const places = new Places(await import("node-llama-cpp"), context);
  const chat = places.take();
  const brain = measure(settings, chat);
  await preload(chat, brain.prefix, "", { ...patient, step: LONG_STEP });
  places.giveBack(chat);
  return {
    open: () => {
      const chat = places.take();
      const step = places.quiet ? LONG_STEP : undefined;
      const warm = preload(chat, brain.prefix, "", { ...patient, step });
      // Whoever needs it waits for it and sees why it failed.
      warm.catch(() => {});
      return { chat, conversation: newConversation(), warm };
    },
    close: async ({ chat, warm }) => {
      await warm.catch(() => {});
      places.giveBack(chat);
    },
    async *handle(caller, frame, ctx) {
      await caller.warm;
      if (frame.kind === "text.user") {
        if (frame.final) yield* answer(brain, caller, frame.text, ctx);
        else await prepare(brain, caller, frame.text, ctx);
      } else if (frame.kind === "memory") {
        recall(caller.conversation, frame.exchanges);
        await sumUp(brain, caller, ctx);
        await prepare(brain, caller, "", ctx);
      } else if (frame.kind === "turn.end") {
        remember(caller.conversation, frame);
        await sumUp(brain, caller, ctx);
        await prepare(brain, caller, "", ctx);
      }
    },
    [Symbol.asyncDispose]: () => llama.dispose(),
  };
}

/** `LLM_Llama`: what the caller said in, the reply's text out, word by word, then sentence by sentence. */
export const handler: Handler<Config, Caller> = {
  name: "LLM_Llama",
  config: Config,
  consumes: ["text.user", "turn.end", "memory"],
  produces: ["text.complete", "text.reply"],
  settle,
  models: (config) => [modelOf(config), ...buildOf(config.gpu)],
  load,
};
