/** Has the model evaluate prompts and write replies. */
import type { ChatHistoryItem, LlamaChat, LlamaChatResponse, Token } from "node-llama-cpp";

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

/** A prompt as the model's template has it, up to where the reply begins. */
export function tokenize(chat: LlamaChat, prompt: Prompt): Token[] {
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
 * The tokens with which every prompt begins that goes on from `history` with a question that begins with `words`. They
 * are what two such prompts have in common, whatever the model's template puts behind a question.
 */
function beginningOf(chat: LlamaChat, history: Prompt, words: string): Token[] {
  const [one, other] = ["a", "1"].map((more) => {
    const text = words === "" ? more : `${words} ${more}`;
    return tokenize(chat, [...history, { type: "user", text }]);
  });
  const end = one.findIndex((token, i) => token !== other[i]);
  return one.slice(0, end < 0 ? one.length : end);
}

/**
 * Forgets what the model has in memory behind the beginning it shares with the prompt. Left alone, the library would
 * rather move what comes later and also fits, which takes longer here than evaluating it again.
 */
async function rewind(chat: LlamaChat, tokens: Token[]): Promise<void> {
  await chat.sequence.adaptStateToTokens(tokens, false);
}

/** Work ahead of time goes in steps of about so many milliseconds: that long something urgent may have to wait. */
const STEP = 25;
/** The same where nothing urgent can come: small steps take up to three times as long in all. */
export const LONG_STEP = 300;
/** Tokens of the first step, when it is not yet known how fast the machine is, and of the smallest and largest ones. */
const FIRST_STEP = 8;
const SMALLEST_STEP = 4;
const LARGEST_STEP = 128;

/** How work ahead of time makes way. */
export interface Courtesy {
  /** Is there something more urgent? Asked before every step. */
  urgent(): boolean;
  /** Lets messages in, by which something urgent would come. */
  breathe(): Promise<void>;
  /** Milliseconds. */
  now(): number;
  /** Milliseconds that a step may take; as a rule `STEP`. */
  step?: number;
}

/**
 * Evaluates ahead of time what the next prompt will begin with: the history and, if the question is already being
 * asked, its first words. What is already in memory is not evaluated again, and what has been evaluated when something
 * urgent comes remains of use.
 */
export async function preload(
  chat: LlamaChat,
  history: Prompt,
  words: string,
  { urgent, breathe, now, step: longest = STEP }: Courtesy,
): Promise<void> {
  const tokens = beginningOf(chat, history, words);
  await rewind(chat, tokens);
  let size = FIRST_STEP;
  for (let at = chat.sequence.nextTokenIndex; at < tokens.length; at = chat.sequence.nextTokenIndex) {
    await breathe();
    if (urgent()) return;
    const since = now();
    const step = tokens.slice(at, at + size);
    await chat.sequence.evaluateWithoutGeneratingNewTokens(step);
    const wanted = Math.floor(step.length * longest / (now() - since));
    size = Math.min(LARGEST_STEP, Math.max(SMALLEST_STEP, wanted));
  }
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
  await rewind(chat, tokenize(chat, prompt));
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
