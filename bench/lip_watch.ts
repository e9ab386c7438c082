/** What a page with a call shows and plays, on one clock: the voice's level, the mouth, and the browser's own figures. */
import type { Caller } from "../tests/caller.ts";

/** Times are milliseconds of the page's `performance.now()`. */
export interface LipRecord {
  /** Level of the reply's sound, dBFS, of each 10 ms from `soundFrom` on. */
  levels: number[];
  soundFrom: number;
  /** How dark the mouth was (0..255) in each picture, and when that picture was shown. */
  mouth: { time: number; dark: number }[];
  /** `estimatedPlayoutTimestamp` of sound and picture, one pair a second; missing where the browser did not tell. */
  playout: { time: number; audio?: number; video?: number }[];
}

/** Starts to watch; must come after the call has begun. */
export async function watchLips({ page }: Caller): Promise<void> {
  await page.evaluate(watch);
}

export async function lipRecord({ page }: Caller): Promise<LipRecord> {
  return await page.evaluate("({ ...__lips, peer: undefined })");
}

/** Runs in the page, beside `tests/page_recorder.js`, whose sound it takes over so that long calls need no memory. */
async function watch(): Promise<void> {
  // deno-lint-ignore no-explicit-any
  const recorder = (globalThis as any).__recorder;
  const record = {
    levels: [] as number[],
    soundFrom: Infinity,
    mouth: [] as { time: number; dark: number }[],
    playout: [] as { time: number; audio?: number; video?: number }[],
  };
  Object.assign(globalThis, { __lips: record });

  const node: AudioWorkletNode = await recorder.node;
  const hop = Math.round(recorder.rate / 100);
  let rest: number[] = [];
  let samples = 0;
  node.port.onmessage = ({ data: [, reply] }: MessageEvent<Float32Array[]>) => {
    samples += reply.length;
    // A message may be late, never early: the earliest tells when sample 0 was heard.
    record.soundFrom = Math.min(record.soundFrom, performance.now() - 1000 * samples / recorder.rate);
    rest.push(...reply);
    while (rest.length >= hop) {
      const energy = rest.slice(0, hop).reduce((sum, x) => sum + x * x, 0) / hop;
      record.levels.push(10 * Math.log10(energy + 1e-12));
      rest = rest.slice(hop);
    }
  };

  const video = document.querySelector<HTMLVideoElement>("video#face")!;
  const pen = new OffscreenCanvas(32, 16).getContext("2d", { willReadFrequently: true })!;
  const next = (time: number, { width, height }: VideoFrameCallbackMetadata) => {
    pen.drawImage(video, 0.42 * width, 0.58 * height, 0.16 * width, 0.1 * height, 0, 0, 32, 16);
    const { data } = pen.getImageData(0, 0, 32, 16);
    let dark = 0;
    for (let i = 0; i < data.length; i += 4) dark += 255 - (data[i] + data[i + 1] + data[i + 2]) / 3;
    record.mouth.push({ time, dark: dark / 512 });
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);

  setInterval(async () => {
    const pair: { time: number; audio?: number; video?: number } = { time: performance.now() };
    for (const report of (await recorder.peer.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      pair[report.kind as "audio" | "video"] = report.estimatedPlayoutTimestamp;
    }
    record.playout.push(pair);
  }, 1000);
}
