/**
 * What the last attempt at a call came to, for the check-up: how far the connection got, and which ways it tried. It is
 * kept beyond the attempt, whose connection can no longer be asked.
 */
import { createStore, type Store } from "./store.ts";
import type { Timers } from "./timers.ts";

/** One end of a way: its type (RFC 8445, section 5.1.1) and how it is reached. */
export interface CandidateEnd {
  type: string;
  /** Missing where the browser hides it. */
  address?: string;
  protocol?: string;
}

/** A way between the two ends that ICE tried. */
export interface Pair {
  local: CandidateEnd;
  remote: CandidateEnd;
  /** "frozen", "waiting", "in-progress", "failed" or "succeeded" (W3C, RTCStatsIceCandidatePairState). */
  state: string;
  /** Do sound and picture take it? */
  chosen: boolean;
}

export interface Trace {
  /** The WebSocket to the server; "none" before any attempt. */
  socket: "none" | "opening" | "open" | "closed" | "failed";
  /** Close code (RFC 6455, section 7.4) and reason, when it was closed. */
  closed?: { code: number; reason: string };
  /** States of the RTCPeerConnection; "new" before it began. */
  ice: string;
  connection: string;
  gathering: string;
  /** Errors of STUN and TURN servers, in the browser's words. */
  serverErrors: string[];
  pairs: Pair[];
  /** Codecs in use, for example "video/H264". */
  codecs: string[];
}

export const UNTRIED: Trace = {
  socket: "none",
  ice: "new",
  connection: "new",
  gathering: "new",
  serverErrors: [],
  pairs: [],
  codecs: [],
};

export function createTrace(): Store<Trace> {
  return createStore(UNTRIED);
}

/** Begins a new trace with the WebSocket of a new attempt. */
export function watchSocket(socket: WebSocket, trace: Store<Trace>): void {
  trace.set({ ...UNTRIED, socket: "opening" });
  let opened = false;
  socket.addEventListener("open", () => {
    opened = true;
    trace.set({ socket: "open" });
  });
  socket.addEventListener("close", ({ code, reason }) => {
    trace.set({ socket: opened ? "closed" : "failed", closed: { code, reason } });
  });
}

/** Milliseconds between two looks at a connection that is still being made. */
const LOOK_EVERY = 500;
/** The codecs are known a little after the first packet. */
const LAST_LOOK = 2_000;

/** Follows a connection until it stands or ends. Call it before other listeners are set, which may close it. */
export function watchPeer(peer: RTCPeerConnection, trace: Store<Trace>, timers: Timers): void {
  const look = async () => {
    const found = readPairs((await peer.getStats()).values());
    // A closed connection knows nothing any more.
    if (found.pairs.length > 0) trace.set(found);
  };
  const states = () =>
    trace.set({
      ice: peer.iceConnectionState,
      connection: peer.connectionState,
      gathering: peer.iceGatheringState,
    });
  const changed = () => {
    states();
    void look();
    if (peer.connectionState === "connected") timers.after(LAST_LOOK, () => void look());
  };
  const lookOn = () => {
    if (peer.connectionState !== "new" && peer.connectionState !== "connecting") return;
    void look();
    timers.after(LOOK_EVERY, lookOn);
  };
  peer.addEventListener("connectionstatechange", changed);
  peer.addEventListener("iceconnectionstatechange", states);
  peer.addEventListener("icegatheringstatechange", states);
  peer.addEventListener("icecandidateerror", ({ url, errorCode, errorText }) => {
    const line = `${url}: ${errorCode} ${errorText}`.trim();
    const known = trace.get().serverErrors;
    if (!known.includes(line)) trace.set({ serverErrors: [...known, line] });
  });
  lookOn();
}

/** The fields of RTCStats (W3C Identifiers for WebRTC's Statistics API) that are read here. */
interface Report {
  id: string;
  type: string;
  state?: string;
  nominated?: boolean;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  candidateType?: string;
  address?: string;
  port?: number;
  protocol?: string;
  relayProtocol?: string;
  codecId?: string;
  mimeType?: string;
}

/** Reduces the browser's report to the ways that were tried and the codecs in use. */
export function readPairs(reports: Iterable<Report>): Pick<Trace, "pairs" | "codecs"> {
  const byId = new Map([...reports].map((report) => [report.id, report]));
  const end = (id?: string): CandidateEnd => {
    const { candidateType = "unknown", address, port, protocol, relayProtocol } = byId.get(id ?? "") ??
      {} as Partial<Report>;
    return {
      type: candidateType,
      ...(address ? { address: `${address.includes(":") ? `[${address}]` : address}:${port}` } : {}),
      ...(relayProtocol ?? protocol ? { protocol: relayProtocol ?? protocol } : {}),
    };
  };
  const pairs: Pair[] = [];
  const codecs = new Set<string>();
  const selected = [...byId.values()].find(({ type }) => type === "transport")?.selectedCandidatePairId;
  for (const report of byId.values()) {
    const mime = byId.get(report.codecId ?? "")?.mimeType;
    if (report.type === "inbound-rtp" && mime) codecs.add(mime);
    if (report.type !== "candidate-pair") continue;
    const { state = "unknown", nominated = false } = report;
    // Chromium nominates several in turn and says which one counts; others nominate one.
    const chosen = selected ? report.id === selected : nominated;
    pairs.push({
      local: end(report.localCandidateId),
      remote: end(report.remoteCandidateId),
      state,
      chosen,
    });
  }
  return { pairs, codecs: [...codecs].sort() };
}
