/**
 * A call with ourselves: an offer like a browser's, answered by the server's own media line, both in this process.
 * Sound goes both ways and a picture one way, encrypted, through real sockets.
 */
import {
  dePacketizeRtpPackets,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RtpPacket,
  useH264,
  useOPUS,
  useSdesMid,
} from "werift";
import { rms } from "../audio/pcm.ts";
import type { Log } from "../engine/handler.ts";
import { openNetwork } from "../rtc/ice.ts";
import { createOpusDecoder, createOpusEncoder } from "../rtc/opus.ts";
import { answer, type Peer } from "../rtc/peer.ts";
import type { PortRange } from "../rtc/ports.ts";
import { createAnchor, soundStream } from "../rtc/stream.ts";
import { bad, type Check, ok } from "./check.ts";

/** What arrived, and when: milliseconds after the answer; missing when it did not. */
export interface Arrivals {
  /** The encryption was agreed on. */
  connected?: number;
  /** Our sound at the other side, with its loudness. */
  heard?: number;
  /** The other side's sound here. */
  microphone?: number;
  picture?: number;
}

const PATIENCE = 5_000;
/** Milliseconds of sound in a packet. */
const PACKET = 20;
const TONE = 440;
/** The tone's is 0.18; what Opus makes of silence is far below. */
const AUDIBLE = 0.05;

const silent = () => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

/**
 * Makes the call and waits until everything has arrived, or five seconds.
 * @param picture H.264 with start codes; null: a call by voice
 * @param ports UDP ports of the answering side; null: any
 * @throws when the call cannot even be set up
 */
export async function callOurselves(
  picture: Uint8Array<ArrayBuffer> | null,
  ports: PortRange | null,
): Promise<Arrivals> {
  const arrivals: Arrivals = {};
  const done = Promise.withResolvers<void>();
  const caller = offerer(picture !== null);
  let since = performance.now();
  const arrive = (what: keyof Arrivals) => {
    arrivals[what] ??= performance.now() - since;
    if (arrivals.heard && arrivals.microphone && (arrivals.picture || !picture)) done.resolve();
  };
  listen(caller, (what) => arrive(what));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => caller.close());
  const network = stack.use(
    await openNetwork({ servers: [], publicAddress: null, ports, behindNat: false, log }),
  );
  await caller.setLocalDescription(await caller.createOffer());
  const peer = stack.use(
    await answer({
      id: "doctor",
      network,
      offer: caller.localDescription!.sdp,
      video: picture !== null,
      log,
      now: () => performance.now(),
      events: {
        connected: () => arrive("connected"),
        mic: (pcm) => rms(pcm) > AUDIBLE && arrive("microphone"),
        message: silent,
        keyframeWanted: silent,
        gone: (reason) => done.reject(new Error(reason)),
      },
    }),
  );
  since = performance.now();
  await caller.setRemoteDescription({ type: "answer", sdp: peer.sdp });
  stack.use(speak(caller, peer, picture));
  const late = setTimeout(done.resolve, PATIENCE);
  stack.defer(() => clearTimeout(late));
  await done.promise;
  return arrivals;
}

/** A caller such as Chromium is: Opus both ways, a picture from us. */
function offerer(video: boolean): RTCPeerConnection {
  const repair = new RTCRtpCodecParameters({ mimeType: "video/rtx", clockRate: 90_000 });
  const caller = new RTCPeerConnection({
    codecs: { audio: [useOPUS()], video: [useH264(), repair] },
    headerExtensions: { audio: [useSdesMid()], video: [useSdesMid()] },
    bundlePolicy: "max-bundle",
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
  caller.addTransceiver("audio", { direction: "sendrecv" });
  if (video) caller.addTransceiver("video", { direction: "recvonly" });
  return caller;
}

/** Tells of audible sound and of a whole picture. */
function listen(caller: RTCPeerConnection, arrive: (what: "heard" | "picture") => void): void {
  caller.onTrack.subscribe((track) => {
    if (track.kind === "audio") {
      const decoder = createOpusDecoder();
      track.onReceiveRtp.subscribe(({ payload }) => {
        if (rms(decoder.decode(payload)) > AUDIBLE) arrive("heard");
      });
      return;
    }
    const packets: RtpPacket[] = [];
    track.onReceiveRtp.subscribe((packet) => {
      packets.push(packet);
      if (packet.header.marker && dePacketizeRtpPackets("MPEG4/ISO/AVC", packets).isKeyframe) {
        arrive("picture");
      }
      if (packet.header.marker) packets.length = 0;
    });
  });
}

/** Both sides send a tone, packet by packet, and we the picture again and again, as packets may be early for the other. */
function speak(caller: RTCPeerConnection, peer: Peer, picture: Uint8Array<ArrayBuffer> | null): Disposable {
  const encoder = createOpusEncoder();
  const sender = caller.getTransceivers().find(({ kind }) => kind === "audio")!.sender;
  const voice = soundStream(sender, createAnchor(() => performance.timeOrigin + performance.now()));
  let media = 0;
  const timer = setInterval(() => {
    const start = media * 48;
    const pcm = Float32Array.from(
      { length: 48 * PACKET },
      (_, n) => 0.25 * Math.sin(2 * Math.PI * TONE * (start + n) / 48_000),
    );
    const packet = encoder.encode(pcm);
    peer.sendAudio(packet, media);
    voice.send(packet, media);
    if (picture && media % (10 * PACKET) === 0) peer.sendVideo(picture, media);
    media += PACKET;
  }, PACKET);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      encoder[Symbol.dispose]();
    },
  };
}

const REMEDY = "Allow UDP between programs on this computer: a firewall, VPN or container rule may block it.";

/** @param picture whether one was sent */
export function judgeCall(arrivals: Arrivals, picture: boolean): Check {
  const { connected, heard, microphone, picture: seen } = arrivals;
  if (connected === undefined) return bad("Test call", `no connection within ${PATIENCE / 1000} s`, REMEDY);
  const missing = [
    heard === undefined && "the avatar's sound",
    microphone === undefined && "the microphone's sound",
    picture && seen === undefined && "the picture",
  ].filter((name) => name !== false);
  const connecting = `connected in ${Math.round(connected)} ms`;
  if (missing.length > 0) {
    return bad("Test call", `${connecting}, but not through: ${missing.join(", ")}`, REMEDY);
  }
  const last = Math.max(heard!, microphone!, seen ?? 0);
  const what = picture ? "sound both ways and a picture" : "sound both ways";
  return ok("Test call", `${connecting}, ${what} after ${Math.round(last)} ms`);
}

/** @param message why it could not be set up */
export function judgeUncalled(message: string): Check {
  return bad("Test call", message, REMEDY);
}
