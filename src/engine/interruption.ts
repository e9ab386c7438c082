/** Is what the caller says while the face talks meant to stop it? */

/** Said to show that one listens (Yngve 1970, "On getting a word in edgewise"), not to take the turn. */
const BACKCHANNELS = new Set(
  ("uh huh uhhuh mhm mm mmm hm hmm hmmm um uh oh ah aha yeah yep yes yup ok okay right sure i see really wow " +
    "nice cool good great 嗯 哦 噢 呃 对 好 是 啊 的 哈 うん はい ええ そう").split(" "),
);
/** Longer than this it is more than listening. */
const BACKCHANNEL_WORDS = 3;
/** An echo is as long as what a loudspeaker has just played; two words may be a coincidence. */
const ECHO_WORDS = 3;

const HAN = /\p{Script=Han}/gu;

/** Lower-case words without punctuation, any script; Chinese is written without spaces and counted by the character. */
export function plainWords(text: string): string[] {
  const plain = text.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}'\s]/gu, " ").replaceAll(HAN, " $& ");
  return plain.split(/\s+/).filter((word) => word !== "");
}

/** How many words these are to the ear: two Chinese characters are about one. */
function lengthOf(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + (word.search(HAN) < 0 ? 1 : 0.5), 0);
}

/**
 * @param text what has been recognised of the caller so far
 * @param spoken the end of what the face itself has said, which the microphone may have picked up
 */
export function interrupts(text: string, spoken: string): boolean {
  const words = plainWords(text);
  if (words.length === 0) return false;
  if (lengthOf(words) <= BACKCHANNEL_WORDS && words.every((word) => BACKCHANNELS.has(word))) return false;
  return lengthOf(words) < ECHO_WORDS ||
    !` ${plainWords(spoken).join(" ")} `.includes(` ${words.join(" ")} `);
}
