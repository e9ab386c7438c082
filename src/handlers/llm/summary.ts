/** What is kept of exchanges that no longer stand in the prompt word for word. */
import type { Exchange } from "../../engine/frame.ts";

/** What is left of the oldest exchanges. */
export interface Past {
  /** The model's own account of them; empty where it made none. */
  account: string;
  /** Sentences of the caller's, oldest first, that are in no account yet. */
  facts: string[];
}

export const newPast = (): Past => ({ account: "", facts: [] });

const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

/** The first sentence of what a caller said. */
function firstSentence(text: string): string {
  const [first] = sentences.segment(text);
  return first?.segment.trim() ?? "";
}

const QUESTION = /[?？]$/u;
/** Speaks of the caller: what is worth most later. */
const OWN = /\b(?:i|i'm|i've|my|me|mine|we|our)\b|我|咱/iu;

/** How much a sentence is worth keeping. */
function worth(sentence: string): number {
  if (QUESTION.test(sentence)) return 0;
  return OWN.test(sentence) ? 2 : 1;
}

/**
 * Keeps the first sentence of each question, without the help of a model. What is too much goes: questions first, then
 * what does not speak of the caller, of equals the oldest.
 *
 * @param fits Are these sentences few enough?
 */
export function fold(past: Past, exchanges: readonly Exchange[], fits: (facts: string[]) => boolean): void {
  for (const { user } of exchanges) {
    const sentence = firstSentence(user);
    if (sentence !== "" && !past.facts.includes(sentence)) past.facts.push(sentence);
  }
  while (past.facts.length > 0 && !fits(past.facts)) {
    const least = Math.min(...past.facts.map(worth));
    past.facts.splice(past.facts.findIndex((fact) => worth(fact) === least), 1);
  }
}

const isChinese = (text: string) => /\p{Script=Han}/u.test(text);

/** The past as exchanges, which every model's template has a form for. */
export function pastExchanges({ account, facts }: Past): Exchange[] {
  const exchanges: Exchange[] = [];
  if (account !== "") {
    const user = isChinese(account) ? "我们刚才聊了什么？" : "What have we talked about so far?";
    exchanges.push({ user, reply: account });
  }
  if (facts.length > 0) {
    const told = facts.join(" ");
    exchanges.push(
      isChinese(told)
        ? { user: `我之前说过：${told}`, reply: "好的，我记得。" }
        : { user: `Earlier I said: ${told}`, reply: "Yes, I remember." },
    );
  }
  return exchanges;
}

/** What the model is asked for an account. `exchanges`: what it is to be about, which tells the language. */
export function askForAccount(exchanges: readonly Exchange[]): string {
  return isChinese(exchanges.map(({ user }) => user).join(""))
    ? "请用两三句话总结一下到目前为止我告诉你的关于我的事和我们聊的内容。"
    : "Sum up in two or three short sentences what I have told you about myself and what we have talked about so far.";
}
