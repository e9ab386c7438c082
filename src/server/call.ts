/** One call from its WebSocket to its end: waits for a place, connects the media, runs the session, cleans up. */
import type { Log } from "../engine/handler.ts";
import type { Pipeline } from "../engine/pipeline.ts";
import type { Session } from "../engine/session.ts";
import type { Network } from "../rtc/ice.ts";
import type { Outbound } from "../rtc/outbound.ts";
import { readFace } from "../rtc/messages.ts";
import { answer, type Peer } from "../rtc/peer.ts";
import type {
  ClientMessage,
  ClientSignal,
  FaceChoice,
  Render,
  ServerSignal,
  TurnTimes,
} from "../rtc/signalling.ts";
import type { Crew } from "../workers/crew.ts";
import { type Conversation, startConversation } from "./conversation.ts";
import type { Place, Places } from "./places.ts";
import type { Relief } from "./relief.ts";

export interface CallOptions {
  id: string;
  socket: WebSocket;
  places: Places;
  /** Everybody is loaded; a caller who comes before is told to wait. */
  crew: Promise<Crew>;
  pipeline: Pipeline;
  network: Network;
  /** Pictures per second; 0 without a face. */
  fps: number;
  /** Milliseconds of sound that must be there before a reply begins. */
  hold: number;
  /** May pages draw the face themselves? */
  render: Render;
  relief: Relief;
  log: Log;
  record(session: string, times: TurnTimes): void;
  /** The call is over and everything of it is freed. */
  closed(): void;
}

export interface Call extends AsyncDisposable {
  readonly id: string;
  /** Null until media flows. */
  readonly session: Session | null;
  readonly peer: Peer | null;
  readonly outbound: Outbound | null;
  /** Tells the page what went wrong, then hangs up. */
  fail(code: string, message: string): Promise<void>;
}

/** A page that has its place but sends no offer gives it back. */
const OFFER_TIMEOUT = 15_000;
/** Longest line a caller may type. */
const TEXT_LIMIT = 2_000;
const SIGNAL_LIMIT = 64 * 1024;
/** A browser has a handful of addresses, a person types one line. */
const EARLY_LIMIT = 32;
/** So many servers that refused the browser are written down. */
const REFUSED_LIMIT = 8;

/** One line about a server that refused a browser. What a page sends is quoted, so that it stays one line. */
function refusal({ url, code, reason }: Extract<ClientSignal, { type: "refused" }>): string {
  const [where, why] = [url, reason].map((text) =>
    JSON.stringify(String(text).slice(0, 200).replace(/\.$/, ""))
  );
  return `The browser cannot use ${where}: ${
    Number(code)
  } ${why}. Check "service.rtc.ice_servers" and its secret.`;
}

export function startCall(options: CallOptions): Call {
  const { id, socket, places, pipeline, network, log } = options;
  const zero = performance.timeOrigin + performance.now();
  const now = () => performance.timeOrigin + performance.now() - zero;
  let place: Place | null = null;
  let crew: Crew | null = null;
  let peer: Peer | null = null;
  let talk: Conversation | null = null;
  let offered = false;
  let refused = 0;
  /** What the page said before there was anybody to hear it. */
  const early: { candidates: RTCIceCandidateInit[]; messages: ClientMessage[] } = {
    candidates: [],
    messages: [],
  };
  let withdraw = () => {};
  let over: Promise<void> | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const signal = (message: ServerSignal) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const end = (reason: string) => over ??= cleanUp(reason);
  const cleanUp = async (reason: string) => {
    log.info(
      `Call ${id} is over: ${reason}. ${JSON.stringify({ media: peer?.stats(), out: talk?.outbound.stats })}`,
    );
    clearTimeout(patience);
    withdraw();
    talk?.[Symbol.dispose]();
    if (socket.readyState <= WebSocket.OPEN) socket.close();
    await Promise.allSettled([peer?.[Symbol.asyncDispose](), crew?.close(id)]);
    place?.leave();
    options.closed();
  };
  const fail = async (code: string, message: string) => {
    signal({ type: "fault", code, message });
    await end(message);
  };
  /** The page could draw the face, or could not any more. */
  const offerRelief = (on: boolean) => {
    withdraw();
    withdraw = on && options.render === "auto"
      ? options.relief.offer(() => {
        log.info(`Call ${id}: pictures come late, its page is asked to draw the face`);
        peer?.send({ type: "draw" });
      })
      : () => {};
  };
  const receive = (message: ClientMessage) => {
    const session = talk?.session;
    if (!session) {
      if (early.messages.length < EARLY_LIMIT) early.messages.push(message);
    } else if (message.type === "stop") session.stop();
    else if (message.type === "memory") session.remember(message.exchanges);
    else if (message.type === "avatar") session.choose(message);
    else if (message.type === "calm") session.calm(message.on);
    else if (message.type === "able") offerRelief(message.on);
    else if (message.type === "draw") {
      if (options.render !== "server" || message.by === "server") session.draw(message.by);
    } else {
      const text = message.text.trim().slice(0, TEXT_LIMIT);
      if (text !== "") session.typed(text);
    }
  };

  const connect = async (sdp: string, face: FaceChoice | undefined, crew: Crew) => {
    offered = true;
    clearTimeout(patience);
    const ready = Promise.withResolvers<void>();
    peer = await answer({
      id,
      network,
      offer: sdp,
      video: options.fps > 0,
      log,
      now,
      events: {
        connected: () => ready.promise.then(() => talk?.outbound.start()),
        mic: (pcm) => talk?.session.mic(pcm),
        message: receive,
        camera: (picture) => talk?.session.camera(picture),
        keyframeWanted: () => talk?.outbound.wantKey(),
        candidate: (candidate) => signal({ type: "candidate", candidate }),
        gone: (reason) => void end(reason),
      },
    });
    const media = peer;
    if (over) return await media[Symbol.asyncDispose]();
    signal({ type: "answer", sdp: media.sdp, sound: media.soundZero });
    for (const candidate of early.candidates) await media.addCandidate(candidate);
    await crew.open({ id, video: media.video, face }, zero);
    if (over) return await crew.close(id);
    talk = startConversation({
      id,
      peer: media,
      crew,
      pipeline,
      fps: options.fps,
      hold: options.hold,
      log,
      now,
      paced: options.relief.note,
      record: (times) => options.record(id, times),
    });
    ready.resolve();
    for (const message of early.messages) receive(message);
  };
  const onSignal = async (message: ClientSignal) => {
    if (message.type === "ping") signal({ type: "pong" });
    else if (message.type === "candidate") {
      if (peer) await peer.addCandidate(message.candidate);
      else if (early.candidates.length < EARLY_LIMIT) early.candidates.push(message.candidate);
    } else if (message.type === "refused") {
      if (refused++ < REFUSED_LIMIT) log.warn(`Call ${id}: ${refusal(message)}`);
    } else if (message.type === "offer" && !offered && crew) {
      await connect(message.sdp, readFace(message.face), crew);
    }
  };

  const welcome = async () => {
    // Not told to whoever comes when everything is loaded.
    const loading = setTimeout(() => signal({ type: "loading" }));
    crew = await options.crew.finally(() => clearTimeout(loading));
    if (over) return;
    signal({ type: "welcome", session: id, iceServers: network.serversFor(id) });
    patience = setTimeout(
      () => fail("offer", "The page did not connect its media in time."),
      OFFER_TIMEOUT,
    );
  };

  socket.onopen = () => {
    place = places.ask((position) => signal({ type: "queue", place: position }));
    if (!place) {
      signal({ type: "busy" });
      void end("no place is free");
      return;
    }
    place.granted.then(welcome).catch((error) => fail("connect", error.message));
  };
  socket.onmessage = ({ data }) => {
    let message: ClientSignal;
    try {
      if (typeof data !== "string" || data.length > SIGNAL_LIMIT) throw new Error("too large or not text");
      message = JSON.parse(data);
    } catch {
      void fail("signal", "The page sent something that is not understood.");
      return;
    }
    onSignal(message).catch((error) => {
      log.error(`Call ${id}: ${error.stack ?? error}`);
      return fail("connect", error.message);
    });
  };
  socket.onclose = () => void end("the page has gone");
  socket.onerror = () => void end("the page's connection broke");

  return {
    id,
    get session() {
      return talk?.session ?? null;
    },
    get peer() {
      return peer;
    },
    get outbound() {
      return talk?.outbound ?? null;
    },
    fail,
    async [Symbol.asyncDispose]() {
      await end("the server stops");
    },
  };
}
