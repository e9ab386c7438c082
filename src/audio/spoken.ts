/** What of a reply is spoken: neither Markdown's marks, nor emoji, nor directions to the face. */
import { cueFilter, type Passed } from "./cues.ts";

/** Markdown marks, pictures, and what modifies or joins pictures. */
const UNSPOKEN =
  /^(?:[*_#`\u{FE0F}\u{20E3}\u{E0020}-\u{E007F}]|\p{Emoji_Presentation}|\p{Emoji_Modifier}|(?![©®™])\p{Extended_Pictographic})$/u;
const JOINER = "\u200D";

/** Removes, from a text that comes in pieces, what is shown in writing but never spoken. */
function unspokenFilter(): { push(delta: string): string; finish(): string } {
  let half = "";
  let joins = false;
  const push = (delta: string) => {
    let text = half + delta;
    // A picture may arrive as two halves of a surrogate pair.
    half = /[\uD800-\uDBFF]$/.test(text) ? text.slice(-1) : "";
    if (half) text = text.slice(0, -1);
    let kept = "";
    for (const character of text) {
      // The joiner belongs to a picture only behind one; Indic scripts need it elsewhere.
      const unspoken = UNSPOKEN.test(character) || (joins && character === JOINER);
      joins = unspoken;
      if (!unspoken) kept += character;
    }
    return kept;
  };
  return { push, finish: () => half };
}

/** Removes what is not spoken, marks, emoji and directions to the face, from a text that comes in pieces. */
export function spokenFilter(): { push(delta: string): Passed; finish(): Passed } {
  const marks = unspokenFilter(), cues = cueFilter();
  return {
    push: (delta) => cues.push(marks.push(delta)),
    finish() {
      const half = cues.push(marks.finish()), end = cues.finish();
      return {
        text: half.text + end.text,
        taken: [...half.taken, ...end.taken.map(({ name, at }) => ({ name, at: at + half.text.length }))],
      };
    },
  };
}
