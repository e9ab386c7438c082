/**
 * Several callers without browsers in a process of their own, for `callers.ts`:
 *
 *     deno run -A bench/crowd.ts '{"url": "http://…", "line": "go-forward", "delays": [0, 400], ...}'
 *
 * It prints "ready" when every call has come about or been given up, and a `CallReport` of each at the end.
 */
import { Resampler } from "../src/audio/resample.ts";
import { concat } from "../src/audio/pcm.ts";
import { createOpusEncoder } from "../src/rtc/opus.ts";
import { recording } from "../tests/dialogue.ts";
import { voiced } from "../tests/voiced.ts";
import { type BareCaller, call, type Loop } from "./bare_caller.ts";
import { roomOf } from "./gaps.ts";
import { type Heard, hearing } from "./heard.ts";

export interface Crowd {
  url: string;
  /** The recording that everybody says. */
  line: string;
  /** Seconds of quiet after each time. */
  pause: number;
  /** Milliseconds after the start at which each dials. */
  delays: number[];
  /** Milliseconds after the start at which all hang up. */
  duration: number;
  /** See `call`. */
  watching: boolean | "looks";
}

export type CallReport = Heard & Pick<BareCaller, "connected" | "faults" | "lost" | "lateness"> & {
  /** Did sound come to the very end? */
  held: boolean;
};

const RATE = 16_000;
const SAMPLES = 960;
/** A call still holds when a packet came so few milliseconds ago. */
const RECENT = 1_000;

/** The line and the quiet of its room as Opus packets. */
export async function recordLoop({ line, pause }: Pick<Crowd, "line" | "pause">): Promise<Loop> {
  const { pcm } = await recording(line);
  const resampler = new Resampler(RATE, 48_000);
  const whole = concat([pcm, roomOf(pcm, pause * RATE)]);
  const sound = concat([resampler.push(whole), resampler.flush()]);
  const packets: Uint8Array[] = [];
  using encoder = createOpusEncoder();
  for (let at = 0; at + SAMPLES <= sound.length; at += SAMPLES) {
    packets.push(encoder.encode(sound.subarray(at, at + SAMPLES)));
  }
  const spans = voiced(pcm, RATE);
  const packetAt = (seconds: number) => Math.floor(seconds * 48_000 / SAMPLES);
  return { packets, first: packetAt(spans[0].start), last: packetAt(spans.at(-1)!.end - 0.01) };
}

function report(caller: BareCaller): CallReport {
  const { connected, faults, lost, lateness, arrivals, lines } = caller;
  const now = performance.now();
  // The answer to what was said last may be on its way still.
  const heard = hearing(arrivals, lines.slice(0, -1), lines.at(-1)?.start ?? now);
  const held = connected !== null && now - arrivals.at(-1)!.at < RECENT;
  return { ...heard, connected, faults, lost, lateness, held };
}

if (import.meta.main) {
  const crowd: Crowd = JSON.parse(Deno.args[0]);
  const since = performance.now();
  const rest = (until: number) =>
    new Promise((resolve) => setTimeout(resolve, since + until - performance.now()));
  const loop = await recordLoop(crowd);
  const calls = await Promise.all(crowd.delays.map(async (delay) => {
    await rest(delay);
    return await call(crowd.url, loop, crowd.watching);
  }));
  console.log("ready");
  await rest(crowd.duration);
  console.log(JSON.stringify(calls.map(report)));
  await Promise.all(calls.map((each) => each[Symbol.asyncDispose]()));
  Deno.exit(0);
}
