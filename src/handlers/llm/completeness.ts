/** Does the language model take what has been said for a whole message? */
import type { LlamaChat, Token } from "node-llama-cpp";
import { type Prompt, tokenize } from "./writer.ts";

/** What sentences end with. */
const STOPS = [".", "?", "!"];
/** Wanted of a token: what may follow it. What is not among so many has next to no chance. */
const NEXT = {
  generateNext: { probabilities: true, options: { temperature: 1, topK: 200, topP: 1, minP: 0 } },
} as const;
/** How often a message ends with a sentence; taken where the recogniser heard no end of one. */
const USUAL = 0.5;
const MARKS = /[\s.,?!;:…—–-]+$/u;

/** How many tokens two prompts have in common at their beginning, or end. */
function common(one: readonly Token[], other: readonly Token[]): number {
  const end = one.findIndex((token, n) => token !== other[n]);
  return end < 0 ? one.length : end;
}

/**
 * The probability that a sentence ends after these words, and the user's message with it, 0 to 1. Some 0.1 for a whole
 * sentence, below 0.001 in the middle of one. LiveKit's turn detector asks the same of the same model, trained for it
 * (github.com/livekit/agents, plugin "turn-detector").
 *
 * It evaluates, in one go, what the answer to the prompt needs anyway, all but the last token.
 *
 * @param prompt It ends with the user's words, at least one.
 */
export async function completeness(chat: LlamaChat, prompt: Prompt): Promise<number> {
  const { sequence } = chat;
  const asked = prompt.at(-1) as { type: "user"; text: string };
  const history = prompt.slice(0, -1);
  const ending = (text: string) => tokenize(chat, [...history, { ...asked, text }]);
  const tokens = ending(asked.text);
  const words = ending(`${asked.text.replace(MARKS, "")} a`);
  const tail = common(tokens.toReversed(), words.toReversed());
  const lastWord = common(tokens, words) - 1;
  const lastMark = tokens.length - tail - 1;
  await sequence.adaptStateToTokens(tokens.slice(0, lastWord), false);
  const from = sequence.nextTokenIndex;
  const wanted = [lastWord, Math.max(lastWord, lastMark)];
  const items = tokens.slice(from, -1).map((token, n): Token | [Token, typeof NEXT] =>
    wanted.includes(from + n) ? [token, NEXT] : token
  );
  const results = await sequence.controlledEvaluate(items);
  const [afterWords, afterMark] = wanted.map((at) => results[at - from]?.next.probabilities);
  const stops = STOPS.map((stop) => chat.model.tokenize(stop)[0]);
  const sentence = stops.reduce((sum, stop) => sum + (afterWords?.get(stop) ?? 0), 0);
  const closing = stops.includes(tokens[lastMark]) ? afterMark?.get(tokens[lastMark + 1]) ?? 0 : USUAL;
  return sentence * closing;
}
