/** What became of each line that was said: the answer's record and what the caller heard of it. */
import type { TurnTimes } from "../src/rtc/signalling.ts";
import type { Line } from "../tests/dialogue.ts";
import { type Span, voiced } from "../tests/voiced.ts";
import type { Told } from "./play.ts";

export interface Answer {
  line: Line;
  /** The server's record; missing when it made no turn of the line. */
  times?: TurnTimes;
  /** Milliseconds from the last voiced sample of the line to the first voiced one of the answer; null: none came. */
  wait: number | null;
  /** Did an answer begin before the line was over? */
  cutOff: boolean;
}

/** What is measured: sound and messages on one clock, seconds. */
export interface Measured {
  lines: readonly Line[];
  recording: { reply: Float32Array; rate: number };
  told: readonly Told[];
}

export function answers({ lines, recording, told }: Measured): Answer[] {
  const replies = voiced(recording.reply, recording.rate);
  return lines.map((line, i) => {
    const next = lines[i + 1]?.start ?? Infinity;
    const onset = replies.find(({ start }) => start > line.end && start < next)?.start;
    return {
      line,
      times: recordOf(told, line.start, next),
      wait: onset === undefined ? null : (onset - line.end) * 1000,
      cutOff: beginsWithin(replies, line),
    };
  });
}

/** Does a reply begin while the line is being said, its inner pauses included? */
export function beginsWithin(replies: readonly Span[], line: Line): boolean {
  return replies.some(({ start }) => start > line.start && start <= line.end);
}

/** The record of the last turn whose transcript came between the two moments. */
function recordOf(told: readonly Told[], from: number, to: number): TurnTimes | undefined {
  const turn = told.findLast(({ at, message }) =>
    message.type === "user" && message.final && at > from && at < to
  )?.message;
  if (turn?.type !== "user") return undefined;
  const record = told.find(({ message }) => message.type === "times" && message.times.turn === turn.turn);
  return record?.message.type === "times" ? record.message.times : undefined;
}
