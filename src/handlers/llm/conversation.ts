/** What has been said between a caller and the assistant, as far as the model is to know it. */
import type { ChatHistoryItem } from "node-llama-cpp";
import type { BodyOf, Exchange } from "../../engine/frame.ts";
import { fold, newPast, type Past, pastExchanges } from "./summary.ts";

export interface Conversation {
  /** What was said before the exchanges. */
  past: Past;
  /** Oldest first. */
  exchanges: Exchange[];
  /** What the caller said last, if nothing of an answer to it was heard. */
  unanswered: string;
}

/** Words without an answer are kept up to this many characters: they may pile up in a noisy room. */
const UNANSWERED = 300;

export function newConversation(): Conversation {
  return { past: newPast(), exchanges: [], unanswered: "" };
}

/**
 * Takes in a turn that is over.
 *
 * The answer counts as far as it was heard. Nothing marks one that was cut: the default model would end its own answers
 * with the dash or the dots it finds there. If the caller broke in before any of it was heard, the question was not
 * finished ("What is the ..." - "... capital of France?") or still wants its answer, so its words wait and go in front
 * of the next ones. A turn without an answer that was not broken is forgotten.
 */
export function remember(
  conversation: Conversation,
  { user, heard, interrupted }: Pick<BodyOf<"turn.end">, "user" | "heard" | "interrupted">,
): void {
  const words = joined(conversation.unanswered, user.trim());
  const reply = heard.trim();
  if (reply === "") {
    conversation.unanswered = interrupted ? words.slice(-UNANSWERED) : "";
    return;
  }
  conversation.unanswered = "";
  if (words !== "") conversation.exchanges.push({ user: words, reply });
}

/**
 * How many of the oldest exchanges are to be folded into the past. All at once, when there are twice as many as are kept
 * word for word: each time, those that remain have to be evaluated again.
 */
export function surplus({ exchanges }: Conversation, keep: number): number {
  return exchanges.length >= Math.max(keep + 1, 2 * keep) ? exchanges.length - keep : 0;
}

/** Everything that was said, as far as it is known. */
export function historyOf({ past, exchanges }: Conversation): ChatHistoryItem[] {
  return chatItems([...pastExchanges(past), ...exchanges]);
}

/** Takes in what was said before this call, in place of all that was known. */
export function recall(conversation: Conversation, exchanges: readonly Exchange[]): void {
  Object.assign(conversation, { ...newConversation(), exchanges: [...exchanges] });
}

function joined(earlier: string, now: string): string {
  return [earlier, now].filter((part) => part !== "").join(" ");
}

/** Exchanges in the library's form. */
export function chatItems(exchanges: readonly Exchange[]): ChatHistoryItem[] {
  return exchanges.flatMap(({ user, reply }): ChatHistoryItem[] => [
    { type: "user", text: user },
    { type: "model", response: [reply] },
  ]);
}

/**
 * What the next question begins with, as far as a transcript tells that is still growing. Its last word may be half a
 * word, and its full stop only the end of what has been heard.
 */
export function beginningFor(conversation: Conversation, transcript: string): string {
  return joined(conversation.unanswered, transcript.trim().replace(/\P{White_Space}+$/u, "").trimEnd());
}

/** How much room there is. */
export interface Room {
  /** Is there room for this prompt and an answer to it? */
  fits(prompt: ChatHistoryItem[]): boolean;
  /** Are these sentences few enough to stand for what was said before? */
  brief(facts: string[]): boolean;
}

/**
 * The prompt for a question: what is always there, what was said before, the question. If that is too long, the older
 * half of the exchanges is folded into the past, then the past is forgotten, then the beginning of the question.
 *
 * @param prefix System prompt and examples.
 */
export function promptFor(
  prefix: readonly ChatHistoryItem[],
  conversation: Conversation,
  question: string,
  { fits, brief }: Room,
): ChatHistoryItem[] {
  let text = joined(conversation.unanswered, question.trim());
  for (;;) {
    const prompt = [...prefix, ...historyOf(conversation), { type: "user", text } as const];
    if (fits(prompt) || text === "") return prompt;
    const { exchanges, past } = conversation;
    if (exchanges.length > 0) fold(past, exchanges.splice(0, Math.ceil(exchanges.length / 2)), brief);
    else if (past.account !== "" || past.facts.length > 0) conversation.past = newPast();
    else text = text.slice(Math.ceil(text.length / 2));
  }
}
