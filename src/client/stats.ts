/** The browser's figures about the connection, reduced to what a person can use. */

export interface Reading {
  /** Pictures decoded per second. */
  fps?: number;
  /** Share of packets of sound and picture that never came, percent, since the call began. */
  loss?: number;
  /** Milliseconds. */
  roundTrip?: number;
  /** Mean milliseconds that sound, or picture, waited in its jitter buffer since the last reading. */
  jitterSound?: number;
  jitterPicture?: number;
  /** Milliseconds by which the mouth runs behind the voice; negative when it runs ahead. */
  mouthBehind?: number;
}

/** Sums of one report, kept for the next: the browser counts from the beginning of the call. */
export type Sums = Record<"audio" | "video", { delay: number; emitted: number }>;

/** The fields of RTCStats (W3C Identifiers for WebRTC's Statistics API) that are read here. */
interface Report {
  type: string;
  kind?: string;
  nominated?: boolean;
  framesPerSecond?: number;
  packetsLost?: number;
  packetsReceived?: number;
  /** Seconds, summed over all that came out. */
  jitterBufferDelay?: number;
  jitterBufferEmittedCount?: number;
  /** Seconds. */
  currentRoundTripTime?: number;
  /** Milliseconds since 1900 on the sender's clock: when what is being heard, or seen, left the sender. */
  estimatedPlayoutTimestamp?: number;
}

/** Fields are left out where the browser does not tell. */
export function read(reports: Iterable<Report>, before?: Sums): { reading: Reading; sums: Sums } {
  const reading: Reading = {};
  const sums: Sums = { audio: { delay: 0, emitted: 0 }, video: { delay: 0, emitted: 0 } };
  const playout: Partial<Record<"audio" | "video", number>> = {};
  let lost = 0;
  let received = 0;
  for (const report of reports) {
    if (report.type === "candidate-pair" && report.nominated && report.currentRoundTripTime !== undefined) {
      reading.roundTrip = report.currentRoundTripTime * 1000;
    }
    if (report.type !== "inbound-rtp" || (report.kind !== "audio" && report.kind !== "video")) continue;
    lost += report.packetsLost ?? 0;
    received += report.packetsReceived ?? 0;
    if (report.kind === "video") reading.fps = report.framesPerSecond;
    playout[report.kind] = report.estimatedPlayoutTimestamp;
    sums[report.kind] = {
      delay: report.jitterBufferDelay ?? 0,
      emitted: report.jitterBufferEmittedCount ?? 0,
    };
  }
  if (lost + received > 0) reading.loss = 100 * Math.max(0, lost) / (Math.max(0, lost) + received);
  // Both tracks hang on one clock, so what is seen later than it is heard has the smaller time.
  if (playout.audio && playout.video) reading.mouthBehind = playout.audio - playout.video;
  reading.jitterSound = mean(sums.audio, before?.audio);
  reading.jitterPicture = mean(sums.video, before?.video);
  return { reading, sums };
}

function mean(now: Sums["audio"], before = { delay: 0, emitted: 0 }): number | undefined {
  const emitted = now.emitted - before.emitted;
  return emitted > 0 ? 1000 * (now.delay - before.delay) / emitted : undefined;
}
