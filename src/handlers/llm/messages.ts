/** A conversation as chat servers take it: a list of messages, within a budget of characters. */
import { joinWords } from "../../audio/spacing.ts";
import type { Exchange, FrameOf } from "../../engine/frame.ts";
import type { ToolCall } from "./chat.ts";

export type Content = string | (
  | { type: "text"; text: string }
  | { type: "image_url"; image_url: { url: string } }
)[];

export type Message =
  | { role: "system" | "user"; content: Content }
  | { role: "assistant"; content: string | null; tool_calls?: ToolCall[] }
  | { role: "tool"; tool_call_id: string; content: string };

export interface Dialogue {
  /** Oldest first. */
  exchanges: Exchange[];
  /** What the caller said last, if nothing of an answer to it was heard. */
  unanswered: string;
}

export interface Budget {
  /** Exchanges kept at most. */
  turns: number;
  /** Characters of all of them. */
  characters: number;
}

/** Words without an answer are kept up to this many characters: they may pile up in a noisy room. */
const UNANSWERED = 300;
/** A question is not cut below this many characters. */
const SHORTEST = 200;

export const newDialogue = (): Dialogue => ({ exchanges: [], unanswered: "" });

const sizeOf = (exchanges: readonly Exchange[]) =>
  exchanges.reduce((sum, { user, reply }) => sum + user.length + reply.length, 0);

/**
 * Takes in a turn that is over. The answer counts as far as it was heard; a question whose answer was interrupted before
 * anything was heard goes in front of the next one. Beyond the budget the older half is forgotten at once, so that the
 * server's memory of the beginning holds for many turns.
 */
export function rememberTurn(
  dialogue: Dialogue,
  { user, heard, interrupted }: Pick<FrameOf<"turn.end">, "user" | "heard" | "interrupted">,
  budget: Budget,
): void {
  const words = joinWords([dialogue.unanswered, user.trim()]);
  const reply = heard.trim();
  if (reply === "") {
    dialogue.unanswered = interrupted ? words.slice(-UNANSWERED) : "";
    return;
  }
  dialogue.unanswered = "";
  if (words !== "") dialogue.exchanges.push({ user: words, reply });
  keepWithin(dialogue, budget);
}

/** Takes in what was said before this call instead of all that was known. */
export function recall(dialogue: Dialogue, exchanges: readonly Exchange[], budget: Budget): void {
  Object.assign(dialogue, { exchanges: [...exchanges], unanswered: "" });
  keepWithin(dialogue, budget);
}

function keepWithin({ exchanges }: Dialogue, { turns, characters }: Budget): void {
  while (exchanges.length > turns || sizeOf(exchanges) > characters) forgetHalf(exchanges);
}

function forgetHalf(exchanges: Exchange[]): void {
  exchanges.splice(0, Math.ceil(exchanges.length / 2));
}

/**
 * Makes the next prompt shorter: forgets the older half of the exchanges, then the first half of the question.
 * @returns the question to ask; null when there is nothing left to leave out.
 */
export function shorten(dialogue: Dialogue, question: string): string | null {
  if (dialogue.exchanges.length > 0) {
    forgetHalf(dialogue.exchanges);
    return question;
  }
  return question.length > SHORTEST ? question.slice(Math.ceil(question.length / 2)) : null;
}

/** The whole question, with the words before it that were not answered. */
export function wholeQuestion(dialogue: Dialogue, words: string): string {
  return joinWords([dialogue.unanswered, words.trim()]);
}

const told = (exchanges: readonly Exchange[]): Message[] =>
  exchanges.flatMap(({ user, reply }): Message[] => [
    { role: "user", content: user },
    { role: "assistant", content: reply },
  ]);

/**
 * What is always there, what was said before, the question.
 * @param picture a JPEG as data URI that belongs to the question; null: none.
 */
export function messagesFor(
  { system, examples }: { system: string; examples: readonly Exchange[] },
  dialogue: Dialogue,
  question: string,
  picture: string | null,
): Message[] {
  const content: Content = picture === null
    ? question
    : [{ type: "text", text: question }, { type: "image_url", image_url: { url: picture } }];
  return [
    ...(system === "" ? [] : [{ role: "system", content: system } as const]),
    ...told(examples),
    ...told(dialogue.exchanges),
    { role: "user", content },
  ];
}
