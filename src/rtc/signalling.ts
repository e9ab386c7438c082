/**
 * What page and server say to each other. One WebSocket per call (`/api/call`) carries the connection's setup and is
 * the sign of life: when it closes the call is over. Once media flows, the data channel "call" carries the rest; what a
 * page that draws the face itself is to draw comes over another one, "looks", unordered (see `face/look_code.ts`).
 */
import type { Drawer, Exchange, FaceChoice, Mood } from "../engine/frame.ts";
import type { VoiceKind } from "../face/label.ts";
import type { IceServer } from "./credentials.ts";

/** Page → server, WebSocket, JSON. */
export type ClientSignal =
  /** `face`: what the caller wishes to see from the first picture on. */
  | { type: "offer"; sdp: string; face?: FaceChoice }
  | { type: "candidate"; candidate: RTCIceCandidateInit }
  /** A STUN or TURN server refused the browser; `code` as in STUN (RFC 8489, 14.8). */
  | { type: "refused"; url: string; code: number; reason: string }
  | { type: "ping" };

/** Server → page, WebSocket, JSON. */
export type ServerSignal =
  /** It is the caller's turn: send the offer. The servers may be used for an hour. */
  | { type: "welcome"; session: string; iceServers: IceServer[] }
  /** The server has just been started: its models are being loaded, and the welcome follows. */
  | { type: "loading" }
  /** All places are taken; `place` counts from 1 and is told again when it changes. */
  | { type: "queue"; place: number }
  /** Even the queue is full, or the server is going down. */
  | { type: "busy" }
  /** `sound`: RTP timestamp of the sound at media time 0; looks are played by it. */
  | { type: "answer"; sdp: string; sound: number }
  /** Found after the answer. */
  | { type: "candidate"; candidate: RTCIceCandidateInit }
  | { type: "fault"; code: string; message: string }
  | { type: "pong" };

/** Page → server, data channel, JSON. */
export type ClientMessage =
  /** Typed instead of spoken. */
  | { type: "text"; text: string }
  /** Stop the answer (Esc). */
  | { type: "stop" }
  /** What was said before this connection, oldest first; replaces all that the server knew. */
  | { type: "memory"; exchanges: Exchange[] }
  /** Another face, or another room behind it. */
  | ({ type: "avatar" } & FaceChoice)
  /** Does the caller wish for little motion? */
  | { type: "calm"; on: boolean }
  /** The page could draw the face, should the server ask for it; or could not any more. */
  | { type: "able"; on: boolean }
  /** Who shall draw the face from now on. The page asks for itself once it has everything it needs. */
  | { type: "draw"; by: Drawer };

/** Exchanges that a page may remind the server of, and characters of a question or answer in them. */
export const REMEMBERED = 12;
export const REMEMBERED_LENGTH = 300;

export type { Drawer, Exchange, FaceChoice };

/** What the page shows near the face. */
export type CallState = Exclude<Mood, "idle"> | "interrupted";

/** When things of a turn happened, milliseconds since the caller's last voiced sample; missing when they did not. */
export interface TurnTimes {
  turn: number;
  endOfTurn?: number;
  transcript?: number;
  firstToken?: number;
  firstClause?: number;
  firstAudio?: number;
  firstPacket?: number;
  mouthMoved?: number;
  interrupted?: number;
  /** Answers begun in the dark, the one that was given included; the others were dropped, because the caller went on. */
  tries?: number;
  /** Milliseconds that handlers worked at the answer given, and at those dropped. */
  spent?: number;
  wasted?: number;
}

/** Server → page, data channel, JSON. */
export type ServerMessage =
  | { type: "state"; state: CallState }
  /** The caller's words; partial ones are replaced by the next message of the same turn. */
  | { type: "user"; turn: number; text: string; final: boolean }
  /** The answer as far as it has been heard; each message carries the whole text so far. */
  | { type: "reply"; turn: number; text: string; final: boolean; interrupted: boolean }
  | { type: "times"; times: TurnTimes }
  /** What the face is from about now on; `fault`: in words, why that is not what was wished for. */
  | ({ type: "avatar"; fault?: string } & FaceChoice)
  /** The server is short of processor time: would the page draw the face? Told to those alone that said they could. */
  | { type: "draw" }
  /** Who draws from now on; the names of the weights are those of the looks with this number. */
  | { type: "drawn"; by: "server" }
  | { type: "drawn"; by: "page"; list: number; names: string[] }
  | { type: "fault"; code: string; message: string };

/** An avatar that the page offers; texts by language, English is always there. */
export interface AvatarInfo {
  /** Its poster and idle clip lie under `/avatars/<name>/`. */
  name: string;
  title: { en: string; zh?: string };
  /** What the poster shows, for those who cannot see it. */
  about?: { en: string; zh?: string };
  licence?: string;
  /** Voices that suit it, where that is known and the server's voice is not one of them. */
  needs?: readonly VoiceKind[];
}

export interface Gallery {
  avatars: readonly AvatarInfo[];
  /** May those be chosen too that another voice would suit? */
  anyVoice: boolean;
  /** What is behind the face unless another room is chosen; "own": the one that suits it. */
  background: string;
}

/** Where faces are drawn: setting `Tts2Face.render`. */
export type Render = "auto" | "server" | "client";

/** What the page asks for once (`GET /api/page`) before any call. */
export interface PageInfo {
  version: string;
  /** Name of the avatar pack: its poster and idle clip lie under `/avatars/<avatar>/`. */
  avatar: string;
  /** What may be chosen instead; missing without a face. */
  gallery?: Gallery;
  /** Is there a face, or only a voice? */
  video: boolean;
  /** Who draws the face; "auto": the server, until it is short of processor time. Missing: the server. */
  render?: Render;
  /** Does anybody look at pictures of the caller's camera? */
  camera: boolean;
  /** The https address for other devices; missing when they cannot reach the server, or only http is served. */
  address?: string;
  /** SHA-256 fingerprint of the CA's certificate that `/ca.crt` sends; missing when the CA is not our own. */
  authority?: string;
}
