/** The media connection to one browser (WebRTC by werift): sound and picture out, microphone in, a data channel. */
import {
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  useH264,
  useOPUS,
  useSdesMid,
  useVP8,
} from "werift";
import type { Log } from "../engine/handler.ts";
import { agentOf } from "./agent.ts";
import { type CameraPicture, type Channel, createChannel } from "./channel.ts";
import { isUseful, narrow, type NarrowOffer, type VideoCodec } from "./codecs.ts";
import { hardenDtls } from "./dtls.ts";
import { createFeedback, type Feedback } from "./feedback.ts";
import { createInbound, type Inbound } from "./inbound.ts";
import type { Network } from "./ice.ts";
import { createOpusDecoder } from "./opus.ts";
import type { ClientMessage, ServerMessage } from "./signalling.ts";
import { createAnchor, pictureStream, soundStream, type Stream } from "./stream.ts";
import { createWatchdog } from "./watchdog.ts";

export interface PeerEvents {
  /** Media can flow. */
  connected(): void;
  /** 32 ms of the microphone: 512 samples, 16 kHz mono. */
  mic(pcm: Float32Array<ArrayBuffer>): void;
  message(message: ClientMessage): void;
  /** A picture of the caller's camera. */
  camera?(picture: CameraPicture): void;
  /** The browser cannot decode on: the next picture should stand for itself. At most once in 300 ms. */
  keyframeWanted(): void;
  /** Another address of ours was found after the answer; the browser is to be told. */
  candidate?(candidate: RTCIceCandidateInit): void;
  /** The connection is over, said once; nothing follows it. Not called when the peer is disposed of. */
  gone(reason: string): void;
}

export interface PeerOptions {
  /** Names the call at a TURN server. */
  id: string;
  network: Network;
  /** SDP of the browser's offer. */
  offer: string;
  /** Whether there is a picture to send. */
  video: boolean;
  events: PeerEvents;
  log: Log;
  /** Milliseconds. */
  now(): number;
}

export interface PeerStats {
  mic: Inbound["stats"];
  /** Null without a picture. */
  feedback: Feedback["stats"] | null;
  /** Milliseconds to the browser and back; null until measured. */
  roundTrip: number | null;
  /** How the media go, "host to relay" for example, our address first (RFC 8445, 4.); null until it is settled. */
  path: string | null;
}

export interface Peer extends AsyncDisposable {
  /** The answer with the addresses of this machine; what is found later is told by `candidate`. */
  readonly sdp: string;
  /** What was agreed for the picture (bits per second); null without one. */
  readonly video: { codec: VideoCodec; bitrate: number } | null;
  /** One of the browser's addresses. Those that are of no use are ignored. */
  addCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  /** One Opus packet of 20 ms; `media`: milliseconds of media time at its first sample. */
  sendAudio(opus: Uint8Array, media: number): void;
  /** One picture, H.264 with start codes or a VP8 frame; `media`: milliseconds of media time. */
  sendVideo(data: Uint8Array, media: number): void;
  /** Kept until the data channel is open. */
  send(message: ServerMessage): void;
  /** A look for a page that draws the face itself. */
  sendLook(data: Uint8Array): void;
  /** RTP timestamp of the sound at media time 0. */
  readonly soundZero: number;
  stats(): PeerStats;
}

/** Milliseconds after the answer within which media must flow. */
const CONNECT_PATIENCE = 8_000;
/** Milliseconds without any packet after which the browser is gone; the longest gap of a healthy idle call is 1.4 s. */
const SILENCE_PATIENCE = 6_000;
/** The name that sound and picture share: the browser plays them in step because of it. */
const STREAM = "avatar";

function connect({ video }: NarrowOffer): RTCPeerConnection {
  const picture = video?.codec === "vp8" ? useVP8() : useH264();
  const repair = new RTCRtpCodecParameters({ mimeType: "video/rtx", clockRate: 90_000 });
  return new RTCPeerConnection({
    codecs: { audio: [useOPUS()], video: video ? [picture, repair] : [] },
    headerExtensions: { audio: [useSdesMid()], video: [useSdesMid()] },
    bundlePolicy: "max-bundle",
    // The network brings the socket and the addresses.
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
  });
}

async function negotiate(connection: RTCPeerConnection, sdp: string, network: Network): Promise<string> {
  await connection.setRemoteDescription({ type: "offer", sdp });
  await network.join(connection);
  for (const transceiver of connection.getTransceivers()) {
    transceiver.setDirection(transceiver.kind === "audio" ? "sendrecv" : "sendonly");
    transceiver.sender.streamId = STREAM;
  }
  // The DTLS patches are made for this side, and the browser starts the handshake a little sooner than we would.
  for (const transport of connection.dtlsTransports) transport.role = "server";
  await connection.setLocalDescription(await connection.createAnswer());
  return connection.localDescription!.sdp;
}

function transceiver(connection: RTCPeerConnection, kind: "audio" | "video"): RTCRtpTransceiver {
  return connection.getTransceivers().find((each) => each.kind === kind && !each.stopped)!;
}

/** Calls `feed` for everything that comes from the browser. */
function hear(connection: RTCPeerConnection, feed: () => void): void {
  connection.iceTransports[0].connection.onData.subscribe(feed);
  for (const protocol of agentOf(connection).protocols) protocol.onRequestReceived.subscribe(feed);
}

/**
 * Answers a browser's offer.
 *
 * @throws {Error} with one line when the offer cannot be used.
 */
export async function answer(options: PeerOptions): Promise<Peer> {
  hardenDtls();
  const offer = narrow(options.offer, options.video);
  const connection = connect(offer);
  const parts = new DisposableStack();
  try {
    return await assemble(connection, offer, options, parts);
  } catch (error) {
    parts.dispose();
    await connection.close();
    throw new Error(`The offer cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

async function assemble(
  connection: RTCPeerConnection,
  offer: NarrowOffer,
  { id, network, events, log, now }: PeerOptions,
  parts: DisposableStack,
): Promise<Peer> {
  const inbound = parts.use(createInbound(createOpusDecoder(), events.mic));
  connection.onTrack.subscribe((track) => {
    if (track.kind !== "audio") return;
    track.onReceiveRtp.subscribe(({ header: { sequenceNumber: sequence, timestamp }, payload }) =>
      inbound.push({ sequence, timestamp, payload })
    );
  });
  const channel: Channel = createChannel(connection, {
    message: events.message,
    camera: (picture) => events.camera?.(picture),
  }, log);
  const sdp = await negotiate(connection, offer.sdp, network);
  const ice = agentOf(connection);

  let over = false;
  const gone = (reason: string) => {
    if (over) return;
    over = true;
    parts.dispose();
    events.gone(reason);
  };
  const anchor = createAnchor(() => performance.timeOrigin + performance.now());
  const sound = soundStream(transceiver(connection, "audio").sender, anchor);
  const [dtls] = connection.dtlsTransports;
  let picture: Stream | null = null;
  let feedback: Feedback | null = null;
  if (offer.video) {
    const { sender } = transceiver(connection, "video");
    picture = pictureStream(sender, offer.video.codec, anchor);
    feedback = createFeedback(sender.ssrc, now, events.keyframeWanted);
    dtls.onRtcp.subscribe(feedback.receive);
  }
  const patience = setTimeout(() => gone("no connection came about"), CONNECT_PATIENCE);
  parts.defer(() => clearTimeout(patience));
  dtls.onStateChange.subscribe((state) => {
    if (over) return;
    if (state === "closed") gone("the browser hung up");
    if (state === "failed") gone("the connection's encryption failed");
    if (state !== "connected") return;
    clearTimeout(patience);
    const watchdog = parts.use(createWatchdog(SILENCE_PATIENCE, now, () => gone("the browser went silent")));
    hear(connection, watchdog.feed);
    events.connected();
  });
  connection.connectionStateChange.subscribe((state) => {
    if (state === "failed") gone("the connection failed");
  });

  network.search(connection, id, (candidate) => over || events.candidate?.(candidate));

  return {
    sdp,
    video: offer.video,
    async addCandidate(candidate) {
      if (over || !isUseful(candidate.candidate ?? "")) return;
      try {
        await connection.addIceCandidate(candidate);
      } catch (error) {
        log.debug(`An address of the browser was not understood: ${(error as Error).message}`);
      }
    },
    sendAudio: (opus, media) => sound.send(opus, media),
    sendVideo: (data, media) => picture?.send(data, media),
    send: channel.send,
    sendLook: channel.sendLook,
    soundZero: sound.zero,
    stats: () => {
      const { nominated } = ice;
      return {
        mic: { ...inbound.stats },
        feedback: feedback && { ...feedback.stats },
        roundTrip: nominated?.rtt === undefined ? null : nominated.rtt * 1000,
        path: nominated ? `${nominated.localCandidate.type} to ${nominated.remoteCandidate.type}` : null,
      };
    },
    async [Symbol.asyncDispose]() {
      over = true;
      parts.dispose();
      await connection.close();
    },
  };
}
