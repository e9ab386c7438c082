/** What a model does for one caller: it answers, works ahead, and sums up what is too old. */
import type { ChatHistoryItem, LlamaChat } from "node-llama-cpp";
import type { Context } from "../../engine/handler.ts";
import { completeness } from "./completeness.ts";
import {
  beginningFor,
  chatItems,
  type Conversation,
  historyOf,
  promptFor,
  type Room,
  surplus,
} from "./conversation.ts";
import { replyStream } from "./reply.ts";
import type { Settings } from "./settings.ts";
import { askForAccount, fold, pastExchanges } from "./summary.ts";
import { type Courtesy, preload, tokensOf, write } from "./writer.ts";

/** One caller's conversation and the part of the model's memory that holds it. */
export interface Caller {
  chat: LlamaChat;
  conversation: Conversation;
}

/** The loaded model and what every caller's prompt begins with. */
export interface Brain {
  settings: Settings;
  prefix: ChatHistoryItem[];
  /** Tokens a prompt may have. */
  room: number;
}

/** The template's own tokens and a little to spare. */
const SPARE = 16;
/** The part of a prompt's room that the past may take: its account, and its sentences. */
const PAST = 1 / 6;

/**
 * How much of the prompt always stays the same, checked against the room there is.
 * @throws {Error} when that leaves too little for what is said.
 */
export function measure(settings: Settings, chat: LlamaChat): Brain {
  const { system_prompt: text, examples, context_size: size, max_tokens: reply } = settings;
  const prefix: ChatHistoryItem[] = [
    ...(text === "" ? [] : [{ type: "system", text } as const]),
    ...chatItems(examples),
  ];
  const room = size - reply - SPARE;
  const taken = tokensOf(chat, prefix);
  if (taken > room / 2) {
    throw new Error(
      `LLM_Llama: "system_prompt" and "examples" take ${taken} tokens of ${room} that "context_size" leaves beside ` +
        `a reply; shorten them or set "context_size" to ${2 * taken + reply + SPARE} or more`,
    );
  }
  return { settings, prefix, room };
}

function roomOf({ room }: Brain, chat: LlamaChat): Room {
  return {
    fits: (prompt) => tokensOf(chat, prompt) <= room,
    brief: (facts) => chat.model.tokenize(facts.join(" ")).length <= room * PAST,
  };
}

/** Says whether the caller's message is whole, then the reply, in pieces that may be spoken. */
export async function* answer(brain: Brain, { chat, conversation }: Caller, question: string, ctx: Context) {
  const prompt = promptFor(brain.prefix, conversation, question, roomOf(brain, chat));
  if (/[\p{L}\p{N}]/u.test(question)) {
    const probability = await completeness(chat, prompt);
    if (ctx.signal.aborted) return;
    yield { kind: "text.complete", probability } as const;
  }
  const reply = replyStream();
  const { max_tokens: maxTokens, temperature } = brain.settings;
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

/** Work ahead ends as soon as something else is to be done for this caller. */
function courtesyOf({ signal, waiting, breathe, now }: Context): Courtesy {
  return { urgent: () => signal.aborted || waiting("text.user") || waiting("turn.end"), breathe, now };
}

/** Evaluates what the answer to come will need anyway. `heard`: what the caller has begun to say. */
export async function prepare(brain: Brain, { chat, conversation }: Caller, heard: string, ctx: Context) {
  const words = beginningFor(conversation, heard);
  const history = [...brain.prefix, ...historyOf(conversation)];
  if (tokensOf(chat, [...history, { type: "user", text: words }]) > brain.room) return;
  await preload(chat, history, words, courtesyOf(ctx));
}

/**
 * Folds the oldest exchanges into the past once there are too many. Where the model writes the account of them and is
 * interrupted, they stay as they are until there is time again, or until the prompt has no more room for them.
 */
export async function sumUp(brain: Brain, caller: Caller, ctx: Context): Promise<void> {
  const { chat, conversation } = caller;
  const keep = brain.settings.history_turns;
  const count = surplus(conversation, keep);
  if (count === 0) return;
  if (keep === 0) conversation.exchanges.splice(0, count);
  else if (!brain.settings.summarises) {
    fold(conversation.past, conversation.exchanges.splice(0, count), roomOf(brain, chat).brief);
  } else await writeAccount(brain, caller, count, courtesyOf(ctx), ctx.signal);
}

async function writeAccount(
  brain: Brain,
  { chat, conversation }: Caller,
  count: number,
  courtesy: Courtesy,
  signal: AbortSignal,
): Promise<void> {
  const { past, exchanges } = conversation;
  const old = exchanges.slice(0, count);
  const history = [...brain.prefix, ...chatItems([...pastExchanges(past), ...old])];
  const ask = askForAccount(old);
  const prompt = [...history, { type: "user", text: ask } as const];
  const { fits, brief } = roomOf(brain, chat);
  const extract = () => fold(past, exchanges.splice(0, count), brief);
  if (!fits(prompt)) return extract();
  await preload(chat, history, ask, courtesy);
  const maxTokens = Math.max(16, Math.floor(brain.room * PAST));
  const account = await writeWhole(chat, prompt, maxTokens, courtesy, signal);
  if (account === null) return;
  if (account === "") return extract();
  exchanges.splice(0, count);
  conversation.past = { account, facts: [] };
}

/** Everything the model writes, up to the last whole sentence; null if it made way for something urgent. */
async function writeWhole(
  chat: LlamaChat,
  prompt: ChatHistoryItem[],
  maxTokens: number,
  { urgent, breathe }: Courtesy,
  signal: AbortSignal,
): Promise<string | null> {
  const reply = replyStream();
  const writing = write(chat, prompt, { maxTokens, temperature: 0 }, signal);
  let text = "";
  try {
    let next = await writing.next();
    for (; !next.done; next = await writing.next()) {
      text += reply.push(next.value);
      await breathe();
      if (urgent()) return null;
    }
    if (!next.value) return null;
    return (text + reply.finish(next.value.metadata.stopReason === "maxTokens")).trim();
  } finally {
    await writing.return(undefined);
  }
}
