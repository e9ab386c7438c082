/** One call to a running server, from a real browser: what was said to it, what came back, and what the page was told. */
import type { ServerMessage } from "../src/rtc/signalling.ts";
import { launchBrowser } from "../tests/browser.ts";
import { type Caller, openCaller, type Recording } from "../tests/caller.ts";
import type { Line } from "../tests/dialogue.ts";
import type { Served } from "../tests/served.ts";
import { align } from "./align.ts";
import { shares, usage } from "./processor.ts";

/** A message of the server and when it came. */
export interface Told {
  /** Seconds of the recording, within some ten milliseconds. */
  at: number;
  message: ServerMessage;
}

export interface Played {
  /** What was said, in seconds of the recording. */
  lines: Line[];
  recording: Recording;
  told: Told[];
  /** Percent of one core, by handler. */
  processor: Record<string, number>;
  /** Bytes the server held at the end. */
  memory: number;
}

export interface Microphone {
  wav: Uint8Array;
  lines: Line[];
}

/**
 * @param tail seconds to go on after the last line, for its answer
 * @param prepare changes the page before the call begins
 */
export async function play(
  server: Served,
  { wav, lines }: Microphone,
  tail: number,
  prepare: (caller: Caller) => Promise<void> = async () => {},
): Promise<Played> {
  const file = await Deno.makeTempFile({ suffix: ".wav" });
  try {
    await Deno.writeFile(file, wav);
    await using browser = await launchBrowser({ microphone: file });
    await using caller = await openCaller(browser.browser, server.url);
    await prepare(caller);
    await caller.page.evaluate(listen);
    await caller.start();
    const before = usage(server.pid);
    await new Promise((resolve) => setTimeout(resolve, (lines.at(-1)!.end + tail) * 1000));
    const { handlers, rss } = await (await fetch(`${server.url}/healthz`)).json();
    const processor = shares(before, usage(server.pid), Object.keys(handlers));
    const recording = await caller.recording();
    const heard: { at: number; data: string }[] = await caller.page.evaluate("__told");
    const told = heard.map(({ at, data }) => ({
      at: (at - recording.startedAt) / 1000,
      message: JSON.parse(data) as ServerMessage,
    }));
    return {
      lines: align(recording.mic, recording.rate, lines),
      recording,
      told,
      processor,
      memory: rss,
    };
  } finally {
    await Deno.remove(file);
  }
}

/** Runs in the page: notes every message of the data channel. */
function listen(): void {
  const told: { at: number; data: string }[] = [];
  Object.assign(globalThis, { __told: told });
  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (...args) {
    const channel = createDataChannel.apply(this, args);
    channel.addEventListener("message", ({ data }) => told.push({ at: performance.now(), data }));
    return channel;
  };
}
