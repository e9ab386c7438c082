/** What a page in a call plays and shows, on one clock: the voice's level, the mouth, and the browser's own figures. */
import type { Caller } from "../tests/caller.ts";

/** Times are milliseconds of the page's `performance.now()`. */
export interface LipRecord {
  /** The reply's sound in blocks of equal length: its level every 10 ms, dBFS, and when the block was there. */
  blocks: { arrived: number; levels: number[] }[];
  /** How dark the mouth was (0..255) in each picture, and when that picture was shown. */
  mouth: { time: number; dark: number }[];
  /** `estimatedPlayoutTimestamp` of sound and picture, each second; missing where the browser did not tell. */
  playout: { audio?: number; video?: number }[];
}

/** Milliseconds from one level to the next, and from one block to the next. */
export const HOP = 10;
export const BLOCK = 100;

/** Starts to watch; must come after the call has begun. */
export async function watchLips({ page }: Caller): Promise<void> {
  await page.evaluate(watch, { hop: HOP, block: BLOCK });
}

export async function lipRecord({ page }: Caller): Promise<LipRecord> {
  return await page.evaluate("__lips");
}

/** Runs in the page, beside `tests/page_recorder.js`, whose sound it takes over: a long call would fill the memory. */
async function watch({ hop, block }: Record<"hop" | "block", number>): Promise<void> {
  // deno-lint-ignore no-explicit-any
  const { node, rate, peer } = (globalThis as any).__recorder;
  const record: LipRecord = { blocks: [], mouth: [], playout: [] };
  Object.assign(globalThis, { __lips: record });

  const size = Math.round(rate * hop / 1000);
  let levels: number[] = [];
  let energy = 0;
  let count = 0;
  (await node as AudioWorkletNode).port.onmessage = ({ data: [, reply] }: MessageEvent<Float32Array[]>) => {
    const now = performance.now();
    for (const [at, sample] of reply.entries()) {
      energy += sample * sample;
      if (++count < size) continue;
      levels.push(10 * Math.log10(energy / size + 1e-12));
      energy = count = 0;
      if (levels.length < block / hop) continue;
      record.blocks.push({ arrived: now - 1000 * (reply.length - 1 - at) / rate, levels });
      levels = [];
    }
  };

  const video = document.querySelector<HTMLVideoElement>("video#face")!;
  const pen = new OffscreenCanvas(32, 16).getContext("2d", { willReadFrequently: true })!;
  const next: VideoFrameRequestCallback = (_, { expectedDisplayTime: time, width, height }) => {
    pen.drawImage(video, 0.42 * width, 0.56 * height, 0.16 * width, 0.12 * height, 0, 0, 32, 16);
    const { data } = pen.getImageData(0, 0, 32, 16);
    let dark = 0;
    for (let i = 0; i < data.length; i += 4) dark += 255 - (data[i] + data[i + 1] + data[i + 2]) / 3;
    record.mouth.push({ time, dark: dark / 512 });
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);

  setInterval(async () => {
    const pair: LipRecord["playout"][number] = {};
    for (const report of (await (peer as RTCPeerConnection).getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      pair[report.kind as "audio" | "video"] = report.estimatedPlayoutTimestamp;
    }
    record.playout.push(pair);
  }, 1000);
}
