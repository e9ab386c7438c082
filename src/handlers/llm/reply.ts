/** Decides which part of a reply under way may be said already. */
import { sentenceEnd } from "../../audio/clauses.ts";

/** The end of a word that may still grow; Chinese and Japanese are written without gaps and need not wait. */
const OPEN_WORD = /[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}，。！？；：、…]*$/u;
/** A word and its comma are complete, whatever follows (a figure's comma, "1,000", is not). */
const CLOSED_WORD = /\p{L},$/u;

/** Takes the model's text and gives it on, in pieces that need never be taken back. */
export interface ReplyStream {
  /** Takes what the model wrote; returns what may be said now, maybe nothing. */
  push(text: string): string;
  /** Returns the rest. `cut`: the model was stopped in the middle of it. */
  finish(cut: boolean): string;
}

/**
 * Makes a stream for one reply.
 *
 * The first sentence passes word by word, because the caller waits for it. Every later one passes whole, which costs
 * no time (the first is still being spoken, and speech is made by whole sentences) and lets a sentence that the limit
 * of tokens tore in two be dropped. Only a first sentence that is itself too long ends without a full stop, behind a
 * whole word.
 */
export function replyStream(): ReplyStream {
  let text = "";
  let said = 0;
  const upTo = (end: number) => {
    const piece = text.slice(said, Math.max(said, end));
    said += piece.length;
    return piece;
  };
  return {
    push: (more) => {
      text = text === "" ? more.trimStart() : text + more;
      const complete = sentenceEnd(text, false);
      // The gap behind it goes along: by it, whoever speaks sees that the full stop is one, and does not wait for more.
      if (complete > 0) return upTo(complete + text.slice(complete).search(/\S|$/));
      return upTo(CLOSED_WORD.test(text) ? text.length : text.search(OPEN_WORD));
    },
    finish: (cut) => {
      text = text.trimEnd();
      const complete = cut ? sentenceEnd(text, true) : text.length;
      // Something must be said, even if it is one endless word.
      return upTo(said === 0 && complete === 0 ? text.length : complete);
    },
  };
}
