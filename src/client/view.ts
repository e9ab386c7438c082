/** What the page shows of a call. */
import type { CallState, FaceChoice, TurnTimes } from "../rtc/signalling.ts";
import { type Conversation, SILENCE } from "./conversation.ts";
import type { Fault } from "./faults.ts";

export type Phase = "idle" | "starting" | "queue" | "loading" | "live" | "reconnecting" | "error";

export interface CallView {
  phase: Phase;
  /** Is the browser's question about the microphone on the screen? */
  asking: boolean;
  /** In the queue, from 1. */
  place: number;
  mood: CallState | "idle";
  /** Why there is no call. */
  fault: Fault | null;
  /** What went wrong in a call that goes on. */
  notice: Fault | null;
  /** The face's sound and picture. */
  stream: MediaStream | null;
  /** What the page draws the face on itself, and whether that is what is seen; else it is the server's picture. */
  canvas: HTMLCanvasElement | null;
  drawn: boolean;
  /** What the call's picture shows; null before a call. */
  face: FaceChoice | null;
  /** Null in a call by text. */
  microphone: MediaStream | null;
  muted: boolean;
  /** Null while it is off. */
  camera: MediaStream | null;
  conversation: Conversation;
  /** Of the last turn. */
  times: TurnTimes | null;
}

/** Before any call, and the ground on which a new one starts. */
export const IDLE: CallView = {
  phase: "idle",
  asking: false,
  place: 0,
  mood: "idle",
  fault: null,
  notice: null,
  stream: null,
  canvas: null,
  drawn: false,
  face: null,
  microphone: null,
  muted: false,
  camera: null,
  conversation: SILENCE,
  times: null,
};
