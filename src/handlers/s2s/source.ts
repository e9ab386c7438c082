/** Where a model runs that hears by itself, as the handler sees it. */
import type { Exchange, FrameOf } from "../../engine/frame.ts";
import type { Piece } from "./omni.ts";

export interface Question {
  frame: FrameOf<"text.user">;
  /** What was said, 16 kHz; null when it was typed. */
  pcm: Float32Array<ArrayBuffer> | null;
  /** What the camera sees (JPEG). */
  picture: Uint8Array | null;
}

/** One caller's conversation. */
export interface Line {
  /** The caller is speaking: a piece of sound as it comes. Does not wait; what goes wrong is seen when asked. */
  hear(pcm: Float32Array<ArrayBuffer>, picture: Uint8Array | null): void;
  /** The pieces of the answer, the last one an end. Aborting closes the socket. */
  ask(question: Question, signal: AbortSignal): AsyncGenerator<Piece>;
  /** What was said before this call; replaces all that was known. */
  recall(exchanges: readonly Exchange[]): void;
  /** A turn is over; `heard` of it was the model's. */
  end(frame: FrameOf<"turn.end">): void;
  close(): void | Promise<void>;
}

export interface Source extends AsyncDisposable {
  /** @throws {Error} if there is no room for another caller. */
  open(session: string): Line;
}
