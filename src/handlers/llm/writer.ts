/** Has the model evaluate prompts and write replies. */
import type { ChatHistoryItem, LlamaChat, LlamaChatResponse } from "node-llama-cpp";

/** Templates end a reply with a special token; a small model may still go on and write the next part itself. */
const STOPS = ["<|", "\n\n", "\nUser:", "\nAssistant:"];
/** Small models caught in a loop ("I'm sorry, I'm sorry") get out of it by this; only the reply's own words count. */
const REPEAT_PENALTY = { penalty: 1.1, lastTokens: 64 };

export type Prompt = readonly ChatHistoryItem[];

/** How a reply is written. */
export interface WritingRules {
  maxTokens: number;
  temperature: number;
}

function tokenize(chat: LlamaChat, prompt: Prompt) {
  const { contextText } = chat.chatWrapper.generateContextState({
    chatHistory: [...prompt, { type: "model", response: [] }],
  });
  return contextText.tokenize(chat.model.tokenizer);
}

/** How many tokens a prompt has. */
export function tokensOf(chat: LlamaChat, prompt: Prompt): number {
  return tokenize(chat, prompt).length;
}

/**
 * Forgets what the model has in memory behind the beginning it shares with the prompt. Left alone, the library would
 * rather move what comes later and also fits, which takes longer here than evaluating it again.
 */
async function rewind(chat: LlamaChat, prompt: Prompt): Promise<void> {
  await chat.sequence.adaptStateToTokens(tokenize(chat, prompt), false);
}

/** Evaluates a prompt's beginning while nobody waits for it. What is already in memory is not evaluated again. */
export async function preload(chat: LlamaChat, beginning: Prompt): Promise<void> {
  await rewind(chat, beginning);
  await chat.loadChatAndCompleteUserMessage([...beginning], { maxTokens: 0 });
}

/**
 * Writes a reply: yields the text as it comes, returns why it ended, or nothing if the signal ended it. Leaving the
 * loop early stops the model. Either way it is at rest when the loop is over, and what it has in memory is put right
 * by the next prompt.
 */
export async function* write(
  chat: LlamaChat,
  prompt: Prompt,
  rules: WritingRules,
  signal: AbortSignal,
): AsyncGenerator<string, LlamaChatResponse | undefined> {
  await rewind(chat, prompt);
  const leave = new AbortController();
  const written: string[] = [];
  let wake = () => {};
  let over = false;
  const job = chat.generateResponse([...prompt], {
    ...rules,
    signal: AbortSignal.any([signal, leave.signal]),
    stopOnAbortSignal: true,
    repeatPenalty: REPEAT_PENALTY,
    // A model that thinks aloud would keep the caller waiting.
    budgets: { thoughtTokens: 0 },
    customStopTriggers: STOPS,
    onTextChunk: (text) => {
      written.push(text);
      wake();
    },
  }).finally(() => {
    over = true;
    wake();
  });
  // Looked at below; until then a failure must not count as unhandled.
  job.catch(() => {});
  try {
    while (!signal.aborted && (written.length > 0 || !over)) {
      if (written.length > 0) yield written.splice(0).join("");
      else await new Promise<void>((resolve) => wake = resolve);
    }
    return signal.aborted ? undefined : await job;
  } finally {
    leave.abort();
    await job.catch(() => {});
  }
}
