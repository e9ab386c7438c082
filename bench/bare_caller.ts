/**
 * A caller without a browser: the signalling, one Opus track each way, pictures (H.264) if wanted, and the data channel,
 * as the page has them.
 */
import { type MediaStreamTrack, RTCPeerConnection, useH264, useOPUS, useSdesMid } from "werift";
import { hardenDtls } from "../src/rtc/dtls.ts";
import { createLateness } from "../src/rtc/lateness.ts";
import { createOpusDecoder } from "../src/rtc/opus.ts";
import type { ServerMessage, ServerSignal } from "../src/rtc/signalling.ts";
import { createAnchor, soundStream } from "../src/rtc/stream.ts";
import { levels } from "../tests/voiced.ts";
import type { Arrival, Said } from "./heard.ts";

/** What the microphone hears again and again. */
export interface Loop {
  /** Opus packets of 20 ms. */
  packets: readonly Uint8Array[];
  /** Those of the first and of the last voiced sample. */
  first: number;
  last: number;
}

export interface BareCaller extends AsyncDisposable {
  /** Milliseconds from dialling to the first packet of sound; null: it never came. */
  readonly connected: number | null;
  readonly arrivals: readonly Arrival[];
  /** When the first packet of each picture came, or each look, milliseconds. */
  readonly pictures: readonly number[];
  readonly lines: readonly Said[];
  /** Whatever was not as it should be. */
  readonly faults: readonly string[];
  /** Packets that are missing. */
  readonly lost: number;
  /** Milliseconds by which this side's own packets left late: if that is much, the bench is too slow, not the server. */
  readonly lateness: { p50: number; p95: number; max: number };
}

/** Milliseconds of a packet, and until a call that has not come about is given up. */
const PACKET = 20;
const PATIENCE = 10_000;
const RATE = 16_000;

function connect(): RTCPeerConnection {
  hardenDtls();
  return new RTCPeerConnection({
    codecs: { audio: [useOPUS()], video: [useH264()] },
    headerExtensions: { audio: [useSdesMid()], video: [useSdesMid()] },
    bundlePolicy: "max-bundle",
    // Asked for nothing, werift asks a public server.
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
}

/** Sends the loop over and over, on an absolute clock. */
function speak(
  connection: RTCPeerConnection,
  loop: Loop,
  lines: Said[],
  late: (ms: number) => void,
): Disposable {
  const { sender } = connection.getTransceivers()[0];
  const sound = soundStream(sender, createAnchor(() => performance.timeOrigin + performance.now()));
  const zero = performance.now();
  let timer: ReturnType<typeof setTimeout>;
  let sent = 0;
  const work = () => {
    const now = performance.now();
    for (; sent * PACKET <= now - zero; sent++) {
      const n = sent % loop.packets.length;
      sound.send(loop.packets[n], sent * PACKET);
      late(now - zero - sent * PACKET);
      if (n === loop.first) lines.push({ start: now, end: Infinity });
      if (n === loop.last) lines.at(-1)!.end = now;
    }
    timer = setTimeout(work, Math.max(0, zero + sent * PACKET - performance.now()));
  };
  work();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/**
 * Calls, and talks until it is disposed of. Settles when sound has come, or none has for ten seconds.
 * @param url of the server, http
 * @param watching are pictures wanted? "looks": as a page that draws the face itself wants them
 */
export async function call(
  url: string,
  loop: Loop,
  watching: boolean | "looks" = false,
): Promise<BareCaller> {
  const dialled = performance.now();
  const arrivals: Arrival[] = [], lines: Said[] = [], faults: string[] = [], pictures: number[] = [];
  const lateness = createLateness();
  const parts = new AsyncDisposableStack();
  const up = Promise.withResolvers<void>();
  let connected: number | null = null;
  let next: number | null = null;
  let lost = 0;
  let shown: number | null = null;
  let over = false;

  const connection = connect();
  parts.defer(() => connection.close());
  connection.addTransceiver("audio", { direction: "sendrecv" });
  if (watching) connection.addTransceiver("video", { direction: "recvonly" });
  const channel = connection.createDataChannel("call");
  channel.onMessage.subscribe((data) => {
    const message: ServerMessage = JSON.parse(String(data));
    if (message.type === "fault") faults.push(`${message.code}: ${message.message}`);
  });
  if (watching === "looks") {
    connection.createDataChannel("looks", { ordered: false }).onMessage.subscribe(() =>
      pictures.push(performance.now())
    );
    channel.stateChanged.subscribe((state) =>
      state === "open" && channel.send(JSON.stringify({ type: "draw", by: "page" }))
    );
  }
  const decoder = parts.use(createOpusDecoder());
  const watch = (track: MediaStreamTrack) =>
    track.onReceiveRtp.subscribe(({ header: { timestamp } }) => {
      if (timestamp !== shown) pictures.push(performance.now());
      shown = timestamp;
    });
  const listen = (track: MediaStreamTrack) =>
    track.onReceiveRtp.subscribe(({ header: { sequenceNumber }, payload }) => {
      if (over) return;
      if (connected === null) parts.use(speak(connection, loop, lines, lateness.note));
      connected ??= performance.now() - dialled;
      lost += next === null ? 0 : Math.max(0, ((sequenceNumber - next) << 16) >> 16);
      next = (sequenceNumber + 1) & 0xffff;
      arrivals.push({ at: performance.now(), levels: [...levels(decoder.decode(payload), RATE)] });
      up.resolve();
    });
  connection.onTrack.subscribe((track) => track.kind === "video" ? watch(track) : listen(track));
  connection.connectionStateChange.subscribe((state) => {
    if (!over && (state === "failed" || state === "disconnected")) faults.push(`the connection ${state}`);
  });

  const socket = new WebSocket(`${url.replace("http", "ws")}/api/call`);
  parts.defer(() => socket.close());
  socket.onclose = () => over || faults.push("the server hung up");
  const act = async (signal: ServerSignal) => {
    if (signal.type === "welcome") {
      await connection.setLocalDescription(await connection.createOffer());
      socket.send(JSON.stringify({ type: "offer", sdp: connection.localDescription!.sdp }));
    } else if (signal.type === "answer") {
      await connection.setRemoteDescription({ type: "answer", sdp: signal.sdp });
    } else if (signal.type === "candidate") await connection.addIceCandidate(signal.candidate);
    else if (signal.type === "fault") faults.push(`${signal.code}: ${signal.message}`);
    else if (signal.type !== "loading") faults.push(`the server says "${signal.type}"`);
  };
  socket.onmessage = ({ data }) => void act(JSON.parse(data)).catch((error) => faults.push(error.message));
  const patience = setTimeout(up.resolve, PATIENCE);
  await up.promise;
  clearTimeout(patience);
  return {
    connected,
    arrivals,
    pictures,
    lines,
    faults,
    get lost() {
      return lost;
    },
    get lateness() {
      return lateness.read();
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await parts.disposeAsync();
    },
  };
}
