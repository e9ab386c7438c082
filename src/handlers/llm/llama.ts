/** Answers the caller with a language model of llama.cpp. */
import type { ChatHistoryItem, LlamaChat } from "node-llama-cpp";
import * as v from "valibot";
import type { Context, Handler, HandlerEnv, Model } from "../../engine/handler.ts";
import { loadLlama } from "./binding.ts";
import { completeness } from "./completeness.ts";
import {
  beginningFor,
  chatItems,
  type Conversation,
  newConversation,
  promptFor,
  remember,
} from "./conversation.ts";
import { examples, systemPrompt } from "./examples.ts";
import { findGguf } from "./gguf.ts";
import { Places } from "./places.ts";
import { replyStream } from "./reply.ts";
import { type Courtesy, preload, tokensOf, write } from "./writer.ts";

const count = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const Config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** A folder below the models folder with one `.gguf` in it, or such a file. */
  model_name: v.optional(v.pipe(v.string(), v.nonEmpty()), "SmolLM2-135M-Instruct"),
  system_prompt: v.optional(v.string(), systemPrompt),
  /** Exchanges that show the model how to answer; they cost memory but no time. */
  examples: v.optional(v.array(v.strictObject({ user: v.string(), reply: v.string() })), examples),
  /** Exchanges remembered at least; up to twice as many, see `remember`. */
  history_turns: v.optional(count(0, 100), 3),
  /** A reply ends at the last full stop within this many tokens. */
  max_tokens: v.optional(count(8, 4096), 40),
  /** Tokens of prompt and reply together, for each caller. */
  context_size: v.optional(count(256, 131_072), 2048),
  threads: v.optional(count(1, 256), 1),
  max_callers: v.optional(count(1, 64), 4),
  /** 0 always takes the likeliest word. */
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), 0),
});
type Config = v.InferOutput<typeof Config>;

/** One caller's conversation and the part of the model's memory that holds it. */
interface Caller {
  chat: LlamaChat;
  conversation: Conversation;
  /** Settles when what every prompt begins with is in memory: a call begins meanwhile, with listening. */
  warm: Promise<void>;
}

/** The loaded model and what every caller's prompt begins with. */
interface Brain {
  config: Config;
  prefix: ChatHistoryItem[];
  /** Tokens a prompt may have. */
  room: number;
}

/** Tokens evaluated at a time: small, so that a long prompt of one caller holds the others up little. */
const BATCH = 128;
/** Nothing is more urgent than what every prompt begins with; its steps let the other callers' words in between. */
const patient: Courtesy = {
  urgent: () => false,
  breathe: () => Promise.resolve(),
  now: () => performance.now(),
};
/** The template's own tokens and a little to spare. */
const SPARE = 16;

async function* answer(
  brain: Brain,
  { chat, conversation }: Omit<Caller, "warm">,
  question: string,
  ctx: Context,
) {
  const fits = (prompt: ChatHistoryItem[]) => tokensOf(chat, prompt) <= brain.room;
  const prompt = promptFor(brain.prefix, conversation, question, fits);
  if (/[\p{L}\p{N}]/u.test(question)) {
    const probability = await completeness(chat, prompt);
    if (ctx.signal.aborted) return;
    yield { kind: "text.complete", probability } as const;
  }
  const reply = replyStream();
  const { max_tokens: maxTokens, temperature } = brain.config;
  const writing = write(chat, prompt, { maxTokens, temperature }, ctx.signal);
  try {
    let next = await writing.next();
    for (; !next.done; next = await writing.next()) {
      const delta = reply.push(next.value);
      if (delta !== "") yield { kind: "text.reply", delta, last: false } as const;
    }
    // Without a result the turn was cancelled, and nobody waits for the end.
    if (!next.value) return;
    const delta = reply.finish(next.value.metadata.stopReason === "maxTokens");
    yield { kind: "text.reply", delta, last: true } as const;
  } finally {
    await writing.return(undefined);
  }
}

/** Evaluates what the answer to come will need anyway, as long as nothing else is to be done for this caller. */
async function prepare(
  brain: Brain,
  { chat, conversation }: Omit<Caller, "warm">,
  heard: string,
  { signal, waiting, breathe, now }: Context,
) {
  const urgent = () => signal.aborted || waiting("text.user") || waiting("turn.end");
  const words = beginningFor(conversation, heard);
  const history = [...brain.prefix, ...chatItems(conversation.exchanges)];
  if (tokensOf(chat, [...history, { type: "user", text: words }]) > brain.room) return;
  await preload(chat, history, words, { urgent, breathe, now });
}

/** How much of the prompt always stays the same, checked against the room there is. */
function measure(config: Config, chat: LlamaChat): Brain {
  const prefix: ChatHistoryItem[] = [
    ...(config.system_prompt === "" ? [] : [{ type: "system", text: config.system_prompt } as const]),
    ...chatItems(config.examples),
  ];
  const room = config.context_size - config.max_tokens - SPARE;
  const taken = tokensOf(chat, prefix);
  if (taken > room / 2) {
    throw new Error(
      `LLM_Llama: "system_prompt" and "examples" take ${taken} tokens of ${room} that "context_size" leaves beside ` +
        `a reply; shorten them or set "context_size" to ${2 * taken + config.max_tokens + SPARE} or more`,
    );
  }
  return { config, prefix, room };
}

async function openContext(config: Config, env: HandlerEnv) {
  const path = await findGguf(env.modelRoot, config.model_name);
  const llama = await loadLlama(env.log);
  try {
    const model = await llama.loadModel({ modelPath: path });
    const context = await model.createContext({
      contextSize: config.context_size,
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
  const { llama, context } = await openContext(config, env);
  const places = new Places(await import("node-llama-cpp"), context);
  const chat = places.take();
  const brain = measure(config, chat);
  await preload(chat, brain.prefix, "", patient);
  places.giveBack(chat);
  return {
    open: () => {
      const chat = places.take();
      const warm = preload(chat, brain.prefix, "", patient);
      // Whoever needs it waits for it and sees why it failed.
      warm.catch(() => {});
      return { chat, conversation: newConversation(), warm };
    },
    close: async ({ chat, warm }) => {
      await warm.catch(() => {});
      places.giveBack(chat);
    },
    async *handle({ chat, conversation, warm }, frame, ctx) {
      await warm;
      const caller = { chat, conversation };
      if (frame.kind === "text.user") {
        if (frame.final) yield* answer(brain, caller, frame.text, ctx);
        else await prepare(brain, caller, frame.text, ctx);
      } else if (frame.kind === "turn.end") {
        remember(conversation, frame, config.history_turns);
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
  consumes: ["text.user", "turn.end"],
  produces: ["text.complete", "text.reply"],
  models: (config) => [config.model_name],
  load,
};
