/** What a handler is. A new one is one file under `src/handlers/` and one line in its registry. */
import type { GenericSchema } from "valibot";
import type { Body, FaceChoice, Frame, Kind } from "./frame.ts";

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What a handler knows of the machine it was loaded on. */
export interface HandlerEnv {
  /** Absolute path of the models folder. Files of models named by `Handler.models` have been verified. */
  modelRoot: string;
  /** Absolute path of the folder with the avatar packs. */
  avatarRoot: string;
  log: Log;
}

/** One call, as the handlers see it. */
export interface SessionInfo {
  id: string;
  /** What the browser agreed to receive; null when it takes no picture. */
  video: { codec: "h264" | "vp8"; bitrate: number } | null;
  /** What the caller wished to see before the call; left out by those who did not choose. */
  face?: FaceChoice;
}

/** Handed to `handle` with every frame. */
export interface Context {
  /** Fires when the turn of this frame is cancelled or the call ends. */
  signal: AbortSignal;
  log: Log;
  /** Milliseconds on the session's clock. */
  now(): number;
  /** Is a frame of this kind already waiting behind the present one? A handler may then cut optional work short. */
  waiting(kind: Kind): boolean;
  /** Lets messages (a cancellation, the next frame) come in between two native calls, which block the thread. */
  breathe(): Promise<void>;
}

/** What a handler takes or gives; a function where that depends on its settings. */
export type Kinds<Config> = readonly Kind[] | ((config: Config) => readonly Kind[]);

/** The kinds for these settings, which the handler's own schema has checked. */
export function kindsOf<Config>(kinds: Kinds<Config>, config: Config): readonly Kind[] {
  return typeof kinds === "function" ? kinds(config) : kinds;
}

/**
 * A kind of work: its settings, what it takes and gives, and how its model is loaded.
 *
 * The module is also imported by the main thread (for `config`, `consumes`, `models`), therefore native addons are
 * imported inside `load` and nowhere else.
 */
// deno-lint-ignore no-explicit-any
export interface Handler<Config = any, State = any> {
  name: string;
  /** Accepts `{}`: every key has a default. */
  config: GenericSchema<unknown, Config>;
  consumes: Kinds<Config>;
  produces: Kinds<Config>;
  /**
   * Puts what suits this machine in the place of settings such as "auto", by what lies in the models folder; left out by
   * those without such settings. Called when the configuration is read, before anything else looks at it. Never throws.
   */
  settle?(config: Config, modelRoot: string): Promise<{ config: Config; note?: string }>;
  /** Names of the models it needs, as the catalog or the models folder knows them. */
  models(config: Config): string[];
  /** Addresses (http or https) of the services elsewhere that it speaks to; left out by those that need none. */
  endpoints?(config: Config): string[];
  /** Names of the environment variables that hold its keys. They must be set. */
  secrets?(config: Config): string[];
  /**
   * Does it need native code although it speaks to services elsewhere and has no model in the models folder? Left out by
   * those that don't. What reaches that code must be numbers that this program took from the answers itself.
   */
  native?(config: Config): boolean;
  /** Programs that it starts; left out by those that start none. */
  programs?(config: Config): string[];
  /** Once per worker. Loads the weights and runs them once, so that the first caller does not wait. */
  load(config: Config, env: HandlerEnv): Promise<Model<State>>;
}

/** A loaded handler: one copy of the weights, one small state per caller. */
export interface Model<State> extends AsyncDisposable {
  open(session: SessionInfo): State | Promise<State>;
  close(state: State): void | Promise<void>;
  /**
   * Frames of one session come one after another; those of different sessions may overlap at every `await`.
   * The engine stamps what is yielded like the frame that caused it.
   */
  handle(state: State, frame: Frame, ctx: Context): AsyncIterable<Body>;
}
