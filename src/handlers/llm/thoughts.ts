/** Leaves out what a reasoning model thinks aloud. */

const OPEN = "<think>", CLOSE = "</think>";

/** Takes text in pieces and gives it on without what stands between `<think>` and `</think>`. */
export interface ThoughtFilter {
  push(text: string): string;
  /** The rest, when no more comes; a thought that never ended is dropped. */
  finish(): string;
}

/** How much of the end of `text` may be the beginning of `mark`. */
function begun(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--) {
    if (mark.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

export function thoughtFilter(): ThoughtFilter {
  let pending = "";
  let thinking = false;
  return {
    push(text) {
      pending += text;
      let out = "";
      for (;;) {
        const mark = thinking ? CLOSE : OPEN;
        const at = pending.indexOf(mark);
        const kept = at < 0 ? pending.length - begun(pending, mark) : at;
        if (!thinking) out += pending.slice(0, kept);
        pending = pending.slice(at < 0 ? kept : at + mark.length);
        if (at < 0) return out;
        thinking = !thinking;
      }
    },
    finish: () => thinking ? "" : pending,
  };
}
