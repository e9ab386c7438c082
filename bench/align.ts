/** Finds what was said in what the microphone recorded: the two clocks drift apart in the course of a long call. */
import type { Line } from "../tests/dialogue.ts";
import { voiced } from "../tests/voiced.ts";

/** Seconds a line may be away from where the one before it makes it expected. */
const REACH = 1;

/**
 * @param lines in seconds of the microphone's file
 * @returns the same lines in seconds of the recording
 * @throws if the recording is silent, or a line is not where it should be
 */
export function align(mic: Float32Array, rate: number, lines: readonly Line[]): Line[] {
  const spans = voiced(mic, rate);
  if (spans.length === 0) throw new Error("The recording of the microphone is silent.");
  let shift = spans[0].start - lines[0].start;
  return lines.map((line) => {
    const away = (at: number) => Math.abs(at - line.start - shift);
    const nearest = spans.reduce((best, span) => away(span.start) < away(best.start) ? span : best);
    if (away(nearest.start) > REACH) {
      throw new Error(`"${line.name}" is not heard in the recording of the microphone.`);
    }
    shift = nearest.start - line.start;
    return { ...line, start: line.start + shift, end: line.end + shift };
  });
}
