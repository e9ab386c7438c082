/** What a caller without a browser got to hear: answers to the lines said, and how evenly their packets came. */
import { type Span, spansOf } from "../tests/voiced.ts";

/** One packet of sound. */
export interface Arrival {
  /** Milliseconds. */
  at: number;
  /** RMS of each 10 ms in it, dBFS. */
  levels: readonly number[];
}

/** When a line was said, milliseconds: the packets of its first and last voiced sample were sent then. */
export interface Said {
  start: number;
  end: number;
}

export interface Heard {
  /** Milliseconds from each line's last voiced sample to the first of its answer; null: none came. */
  waits: (number | null)[];
  /** Answers that began while a line was being said. */
  cutOffs: number;
  /** Milliseconds between packets, from the first voiced one of an answer to its last. */
  gaps: number[];
}

/** @param until when nobody listened any longer: a line counts if its answer had as long to come as the others' had. */
export function hearing(arrivals: readonly Arrival[], lines: readonly Said[], until: number): Heard {
  const owner: number[] = arrivals.flatMap(({ levels }, n) => levels.map(() => n));
  const spans = spansOf(arrivals.flatMap(({ levels }) => levels));
  const packetAt = (seconds: number) => owner[Math.round(seconds * 100)];
  const ranges = spans.map(({ start, end }: Span) => [packetAt(start), packetAt(end - 0.01)]);
  const onsets = ranges.map(([first]) => arrivals[first].at);
  const nextOf = (i: number) => lines[i + 1]?.start ?? until;
  return {
    waits: lines.map(({ end }, i) => {
      const onset = onsets.find((at) => at > end && at < nextOf(i));
      return onset === undefined ? null : onset - end;
    }),
    cutOffs: onsets.filter((at) => lines.some(({ start, end }) => at > start && at <= end)).length,
    gaps: ranges.flatMap(([first, last]) =>
      arrivals.slice(first + 1, last + 1).map(({ at }, n) => at - arrivals[first + n].at)
    ),
  };
}
