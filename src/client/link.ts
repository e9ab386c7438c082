/**
 * One connection to the server: WebSocket for the setup, WebRTC for sound and picture, a data channel for the words.
 * It is made once and ends once; trying again is the business of `call.ts`.
 */
import type { IceServer } from "../rtc/credentials.ts";
import type {
  ClientMessage,
  ClientSignal,
  FaceChoice,
  ServerMessage,
  ServerSignal,
} from "../rtc/signalling.ts";
import type { FaultCode } from "./faults.ts";
import { createHeard, type Heard } from "./heard.ts";
import { type Heartbeat, startHeartbeat } from "./heartbeat.ts";
import { type Playout, type PlayoutFigures, watchPlayout } from "./playout.ts";
import type { Store } from "./store.ts";
import type { Timers } from "./timers.ts";
import { type Trace, watchPeer, watchSocket } from "./trace.ts";

export interface LinkEvents {
  /** All places are taken; `place` counts from 1. */
  queue(place: number): void;
  /** The server is still loading its models. */
  loading(): void;
  /** Our place is free: the media is being set up. */
  welcome(): void;
  /** Sound and picture flow. */
  live(stream: MediaStream): void;
  /** Words may be sent from now on. */
  open(): void;
  message(message: ServerMessage): void;
  /** What the face looks like at one moment, for a page that draws it; see `look_code.ts`. */
  look(data: ArrayBuffer): void;
  /** The end, told once, and never after the link was disposed of. */
  closed(code: FaultCode, detail?: string): void;
}

export interface LinkOptions {
  /** Address of the WebSocket. */
  address: string;
  /** Ask for a picture? */
  video: boolean;
  /** What the first picture shall show. */
  face: FaceChoice;
  /** Null: the caller is not heard until `useMicrophone`. */
  microphone: MediaStreamTrack | null;
  timers: Timers;
  /** Is told how far this connection comes. */
  trace: Store<Trace>;
}

/** What `call.ts` needs of a link. */
export interface Line extends Disposable {
  /** False when nothing can be sent (yet, or any more). */
  send(message: ClientMessage): boolean;
  /** A picture of the camera, JPEG; left out while the ones before it are still on their way. */
  sendPicture(picture: ArrayBuffer): void;
  useMicrophone(track: MediaStreamTrack | null): Promise<void>;
  stats(): Promise<RTCStatsReport | null>;
  /** Media time that is heard at `now`, milliseconds both; null when the browser does not tell. */
  heard(now: number): number | null;
}

/** Bytes that may wait in the data channel before pictures are left out: words go first. */
const PICTURES_WAITING = 32 * 1024;
/** The server must take the WebSocket within this. */
const OPEN_MS = 6_000;
/** The media must flow so long after the offer, and again after the answer: DTLS may stall for good. */
const WATCHDOG_MS = 8_000;
/** What a browser says when a STUN or TURN server does not answer at all: it tries several ways, and one is enough. */
const UNREACHABLE = 701;
/** "disconnected" often mends itself. */
const GRACE_MS = 3_000;

export class Link implements Line {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #socket: WebSocket;
  readonly #stream = new MediaStream();
  #peer: RTCPeerConnection | null = null;
  #sender: RTCRtpSender | null = null;
  #channel: RTCDataChannel | null = null;
  #heard: Heard | null = null;
  #playout: Playout | null = null;
  #remoteCandidates: RTCIceCandidateInit[] | null = [];
  /** What TURN servers refused us with: server and reason. */
  readonly #refusals = new Map<string, string>();
  #open = false;
  #live = false;
  #over = false;
  #cancelDeadline = () => {};
  #heartbeat: Heartbeat | null = null;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#socket = new WebSocket(options.address);
    watchSocket(this.#socket, options.trace);
    this.#deadline(OPEN_MS, "unreachable");
    this.#socket.onopen = () => {
      this.#open = true;
      this.#cancelDeadline();
      const ping = () => this.#signal({ type: "ping" });
      this.#heartbeat = startHeartbeat(options.timers, ping, () => this.#end("lost"));
    };
    this.#socket.onmessage = ({ data }) => {
      this.#heartbeat?.alive();
      this.#receive(JSON.parse(data)).catch((error) => this.#end("media", String(error)));
    };
    this.#socket.onclose = () => this.#end(this.#hungUp);
  }

  send(message: ClientMessage): boolean {
    if (this.#channel?.readyState !== "open") return false;
    this.#channel.send(JSON.stringify(message));
    return true;
  }

  sendPicture(picture: ArrayBuffer): void {
    const channel = this.#channel;
    if (channel?.readyState === "open" && channel.bufferedAmount < PICTURES_WAITING) channel.send(picture);
  }

  async useMicrophone(track: MediaStreamTrack | null): Promise<void> {
    await this.#sender?.replaceTrack(track);
  }

  async stats(): Promise<RTCStatsReport | null> {
    return await this.#peer?.getStats() ?? null;
  }

  heard(now: number): number | null {
    return this.#heard?.at(now) ?? null;
  }

  /** Hangs up at once, without an event. */
  [Symbol.dispose](): void {
    this.#over = true;
    this.#cancelDeadline();
    this.#heartbeat?.[Symbol.dispose]();
    this.#playout?.[Symbol.dispose]();
    this.#socket.onclose = this.#socket.onmessage = this.#socket.onopen = null;
    this.#socket.close();
    if (this.#channel) this.#channel.onopen = this.#channel.onmessage = null;
    if (this.#peer) {
      this.#peer.onconnectionstatechange = this.#peer.onicecandidate = this.#peer.ontrack = null;
      this.#peer.onicecandidateerror = null;
    }
    this.#peer?.close();
  }

  /** What it means that the server closes the WebSocket. It waits for the media no longer than the page. */
  get #hungUp(): FaultCode {
    if (!this.#open) return "unreachable";
    return this.#peer && !this.#live ? "media" : "lost";
  }

  #end(code: FaultCode, detail?: string): void {
    if (this.#over) return;
    this.#over = true;
    const refused = code === "media" && this.#refusals.size > 0;
    // Told before the picture goes, so that the page can keep the last one.
    if (refused) this.#events.closed("relay", [...this.#refusals.values()].join("\n"));
    else this.#events.closed(code, detail);
    this[Symbol.dispose]();
  }

  #signal(message: ClientSignal): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #deadline(ms: number, code: FaultCode): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#options.timers.after(ms, () => this.#end(code));
  }

  async #receive(message: ServerSignal): Promise<void> {
    switch (message.type) {
      case "queue":
        return this.#events.queue(message.place);
      case "loading":
        return this.#events.loading();
      case "busy":
        return this.#end("busy");
      case "fault":
        return this.#end("server", message.message);
      case "welcome":
        this.#events.welcome();
        return await this.#offer(message.iceServers);
      case "answer":
        return await this.#answered(message.sdp, message.sound);
      case "candidate":
        if (this.#remoteCandidates) this.#remoteCandidates.push(message.candidate);
        else await this.#peer?.addIceCandidate(message.candidate);
    }
  }

  async #offer(iceServers: IceServer[]): Promise<void> {
    this.#deadline(WATCHDOG_MS, "media");
    const peer = this.#peer = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    watchPeer(peer, this.#options.trace, this.#options.timers);
    // Both ways even without a microphone, so that one can be switched on later without a new connection.
    const { microphone } = this.#options;
    const streams = microphone ? [new MediaStream([microphone])] : [];
    const audio = peer.addTransceiver(microphone ?? "audio", { direction: "sendrecv", streams });
    this.#sender = audio.sender;
    hurry(audio.receiver);
    if (this.#options.video) hurry(peer.addTransceiver("video", { direction: "recvonly" }).receiver);
    this.#talk(peer.createDataChannel("call", { ordered: true }));
    // Each for itself: one that is lost must not hold up those after it.
    if (this.#options.video) this.#watch(peer.createDataChannel("looks", { ordered: false }));
    peer.ontrack = ({ track }) => this.#stream.addTrack(track);
    peer.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#signal({ type: "candidate", candidate: candidate.toJSON() });
    };
    peer.onicecandidateerror = (error) => this.#refused(error);
    peer.onconnectionstatechange = () => this.#changed(peer.connectionState);
    await peer.setLocalDescription();
    const { face } = this.#options;
    this.#signal({ type: "offer", sdp: peer.localDescription!.sdp, face });
  }

  async #answered(sdp: string, sound: number): Promise<void> {
    const [receiver] = this.#peer?.getReceivers().filter(({ track }) => track.kind === "audio") ?? [];
    const playout = this.#playout = watchPlayout(this.#options.timers, async () => {
      const reports: Iterable<RTCStats> = (await this.stats())?.values() ?? [];
      return [...reports].find(({ type }) => `${type}` === "media-playout") as PlayoutFigures | undefined;
    });
    const last = () => receiver?.getSynchronizationSources()[0];
    this.#heard = createHeard(sound, performance.timeOrigin, last, () => playout.delay);
    if (!this.#live) this.#deadline(WATCHDOG_MS, "media");
    await this.#peer?.setRemoteDescription({ type: "answer", sdp });
    const early = this.#remoteCandidates ?? [];
    this.#remoteCandidates = null;
    for (const candidate of early) await this.#peer?.addIceCandidate(candidate);
  }

  #refused({ url, errorCode: code, errorText: reason }: RTCPeerConnectionIceErrorEvent): void {
    if (code === UNREACHABLE || this.#refusals.has(url)) return;
    this.#refusals.set(url, `${url}: ${code} ${reason}`);
    this.#signal({ type: "refused", url, code, reason });
  }

  #talk(channel: RTCDataChannel): void {
    this.#channel = channel;
    channel.onopen = () => this.#events.open();
    channel.onmessage = ({ data }) => this.#events.message(JSON.parse(data));
  }

  #watch(channel: RTCDataChannel): void {
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => this.#over || this.#events.look(data);
  }

  #changed(state: RTCPeerConnectionState): void {
    const broken: FaultCode = this.#live ? "lost" : "media";
    if (state === "failed" || state === "closed") this.#end(broken);
    if (state === "disconnected") this.#deadline(GRACE_MS, broken);
    if (state !== "connected") return;
    this.#cancelDeadline();
    if (this.#live) return;
    this.#live = true;
    this.#events.live(this.#stream);
  }
}

/** Plays as soon as it can: talk cannot wait for a smooth buffer. Browsers that do not know the wish ignore it. */
function hurry(receiver: RTCRtpReceiver): void {
  if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
}
