/** What main thread and worker say to each other; everything here survives `postMessage`. */
import type { Frame } from "../engine/frame.ts";
import type { SessionInfo } from "../engine/handler.ts";
import type { Deed } from "./probe.ts";

/** Where the session's clock starts: milliseconds of `performance.timeOrigin + performance.now()`, as all threads share it. */
export type ClockZero = number;

export type ToWorker =
  | { type: "load"; handler: string; config: unknown; modelRoot: string; avatarRoot: string }
  /** `call` comes back in the reply. */
  | { type: "open"; call: number; session: SessionInfo; zero: ClockZero }
  | { type: "close"; call: number; session: string }
  | { type: "frame"; frame: Frame }
  /** Everything of the session's replies below this epoch is to stop. */
  | { type: "cancel"; session: string; epoch: number }
  /** One frame of this session has been taken by whoever consumes it: another may come. */
  | { type: "ack"; session: string }
  /** Try what is forbidden; "probed" says what was not refused. `root`: the project's folder. */
  | { type: "probe"; root: string }
  /** Free the model, say "stopped"; then the thread may be ended. */
  | { type: "stop" };

/** Work at a reply. */
export interface Spent {
  session: string;
  turn: number;
  epoch: number;
  /** Time in the handler, without what it waited for others to take its frames. */
  milliseconds: number;
}

export type FromWorker =
  | { type: "ready" }
  | { type: "failed"; message: string }
  | { type: "reply"; call: number; error: string | null }
  | { type: "frame"; frame: Frame }
  /** A frame has been dealt with: the session may send another. `spent`: what a frame that belongs to a reply cost. */
  | { type: "done"; session: string; spent: Spent | null }
  | { type: "log"; level: "debug" | "info" | "warn" | "error"; message: string }
  | { type: "probed"; deeds: Deed[] }
  | { type: "beat" }
  | { type: "stopped" };

/** Frames of one session that may be on their way to a worker, or in it, at once. */
export const WINDOW_IN = 16;
/** Frames of one session that a worker may have handed out without an acknowledgement. */
export const WINDOW_OUT = 2;
/** Milliseconds between two signs of life. */
export const BEAT = 1000;
