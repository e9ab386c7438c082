/** A conversation in which the caller is heard, not read, as chat servers take it. */
import type { Exchange as Said, FrameOf } from "../../engine/frame.ts";
import { writeWav } from "../../audio/wav.ts";
import { isCaption } from "./hearing.ts";

export type Part =
  | { type: "text"; text: string }
  | { type: "input_audio"; input_audio: { data: string; format: "wav" } }
  | { type: "image_url"; image_url: { url: string } };

export type Message =
  | { role: "system" | "user"; content: string | Part[] }
  | { role: "assistant"; content: string };

/** A question, in one or more parts, and as much of its answer as was heard. */
interface Exchange {
  user: Part[];
  reply: string;
}

export interface Dialogue {
  /** Oldest first. */
  exchanges: Exchange[];
  /** Questions of which no answer was heard; they go in front of the next one. */
  unanswered: Part[];
  /** The question that is being answered, and its turn. */
  asked: { turn: number; user: Part[] } | null;
}

export const newDialogue = (): Dialogue => ({ exchanges: [], unanswered: [], asked: null });

export const textPart = (text: string): Part => ({ type: "text", text });

/** Sound at `rate` as a WAV file in base64. */
export function soundPart(pcm: Float32Array, rate: number): Part {
  return { type: "input_audio", input_audio: { data: writeWav(pcm, rate).toBase64(), format: "wav" } };
}

/** A JPEG. */
export function imagePart(data: Uint8Array): Part {
  return { type: "image_url", image_url: { url: `data:image/jpeg;base64,${data.toBase64()}` } };
}

/** Questions without an answer may pile up in a noisy room. */
const UNANSWERED = 3;

/**
 * Takes in a turn that is over: the answer counts as far as it was heard.
 * @param transcribed is what the caller said known as text? Then that is remembered; else its sound.
 * @param keep exchanges at most; beyond them the older half is forgotten, so that the server's memory of the beginning
 *   holds for several turns.
 */
export function remember(
  dialogue: Dialogue,
  { turn, user, heard, interrupted }: Pick<FrameOf<"turn.end">, "turn" | "user" | "heard" | "interrupted">,
  transcribed: boolean,
  keep: number,
): void {
  const asked = dialogue.asked?.turn === turn ? dialogue.asked.user : [];
  // Pictures are of their moment; they would also fill the model's context.
  const question = transcribed ? [textPart(user)] : asked.filter(({ type }) => type !== "image_url");
  const whole = [...dialogue.unanswered, ...question];
  dialogue.asked = null;
  dialogue.unanswered = heard.trim() === "" && interrupted ? whole.slice(-UNANSWERED) : [];
  if (heard.trim() === "" || whole.length === 0) return;
  const { exchanges } = dialogue;
  exchanges.push({ user: whole, reply: heard.trim() });
  if (exchanges.length > keep) forgetHalf(dialogue);
}

/** What was said before this call, in words; what was only heard then is lost. */
export function recall(dialogue: Dialogue, said: readonly Said[], keep: number): void {
  const worded = said.filter(({ user }) => !isCaption(user)).map(({ user, reply }) => ({
    user: [textPart(user)],
    reply,
  }));
  Object.assign(dialogue, { exchanges: keep > 0 ? worded.slice(-keep) : [], unanswered: [] });
}

/** @returns false when there is nothing to forget. */
export function forgetHalf({ exchanges }: Dialogue): boolean {
  return exchanges.splice(0, Math.ceil(exchanges.length / 2)).length > 0;
}

export interface Instructions {
  voice: string;
  assistant: string;
  /** The voice to imitate. */
  reference: Part | null;
}

/** What MiniCPM-o was trained to be told before a reference voice (its model card, "audio assistant"). */
export const IMITATE = "Use the voice in the audio prompt to synthesize new content.";

/**
 * The first message. With a reference voice it is the user's, in MiniCPM-o's own order: how to speak, the voice, who to
 * be.
 */
export function instruct({ voice, assistant, reference }: Instructions): Message[] {
  if (reference) {
    const parts = [textPart(`${voice || IMITATE}\n`), reference, textPart(`\n${assistant}`)];
    return [{ role: "user", content: parts }];
  }
  const text = [voice, assistant].filter((part) => part !== "").join("\n");
  return text === "" ? [] : [{ role: "system", content: text }];
}

/** A single text is sent as such: not every server takes parts. */
const plain = (parts: Part[]): string | Part[] =>
  parts.length === 1 && parts[0].type === "text" ? parts[0].text : parts;

/** What is always there, what was said before, the question. */
export function messagesFor(first: Message[], dialogue: Dialogue, question: Part[]): Message[] {
  const before = dialogue.exchanges.flatMap(({ user, reply }): Message[] => [
    { role: "user", content: plain(user) },
    { role: "assistant", content: reply },
  ]);
  return [...first, ...before, { role: "user", content: plain([...dialogue.unanswered, ...question]) }];
}
