/** How quickly a reply falls silent when the caller speaks into it, and whether its caption ends with the sound. */
import type { Line } from "../tests/dialogue.ts";
import { type Span, voiced } from "../tests/voiced.ts";
import type { Measured } from "./answers.ts";
import type { Told } from "./play.ts";

export interface Stop {
  /** What the caller said into the reply. */
  line: Line;
  /** Milliseconds from its first voiced sample to the last voiced sample of the reply. */
  took: number;
  /** The reply as far as it sounded, seconds of the recording. */
  sound: Span;
  /** Its caption at the end. */
  caption: string;
}

/** Why a line was no interruption that can be measured. */
export type Miss = "no reply sounded" | "the reply was not stopped";

/** Seconds: quiet between two words or sentences of a reply is shorter. */
const GAP = 0.6;
/** Seconds after its sound that the caption of a reply that was stopped may come. */
const TOLD_WITHIN = 3;

/** One for every line but the first. */
export function stops({ lines, recording, told }: Measured): (Stop | Miss)[] {
  const replies = voiced(recording.reply, recording.rate, { gap: GAP });
  return lines.slice(1).map((line, i) => {
    const last = replies.find(({ start, end }) => start < line.start && end > line.start);
    if (!last) return "no reply sounded";
    // A reply that waited for more of its text is one reply all the same.
    const first = replies.find(({ start }) => start > lines[i].end)!;
    const sound = { start: first.start, end: last.end };
    const caption = stopped(told, line.start, sound.end + TOLD_WITHIN);
    // A reply that ended by itself just then, or went on to its end, says nothing about stopping.
    if (caption === undefined) return "the reply was not stopped";
    return { line, took: (sound.end - line.start) * 1000, sound, caption };
  });
}

/** The caption of the reply that was told to be interrupted between the two moments. */
function stopped(told: readonly Told[], from: number, to: number): string | undefined {
  const last = told.find(({ at, message }) =>
    message.type === "reply" && message.final && message.interrupted && at > from && at < to
  );
  return last?.message.type === "reply" ? last.message.text : undefined;
}
