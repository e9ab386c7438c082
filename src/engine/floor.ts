/**
 * Who has the floor (Sacks, Schegloff and Jefferson, "A simplest systematics for the organization of turn-taking for
 * conversation", 1974): the caller speaks, pauses or is silent; the face thinks, speaks, halts, goes on or gives way.
 */
import type { CallState, ServerMessage } from "../rtc/signalling.ts";
import type { Answer } from "./answer.ts";
import type { Body, Frame, FrameOf, Mood } from "./frame.ts";
import { interrupts } from "./interruption.ts";
import { lastSpoken } from "./turn.ts";

export interface FloorOptions {
  answer: Answer;
  /** Milliseconds on the session's clock. */
  now(): number;
  /** Tells the page; must not throw. */
  tell(message: ServerMessage): void;
  /** To the handlers that take it; a body becomes a frame of the caller's present turn. */
  send(body: Body): void;
  /** The same with a frame; settles when they have it. */
  forward(frame: Frame): Promise<void>;
}

export interface Floor {
  /** Number of the caller's present turn. */
  readonly turn: number;
  /** Is the caller to be heard? */
  readonly speaking: boolean;
  /** What the face shows. */
  readonly mood: Mood;
  speechStart(frame: FrameOf<"speech.start">): void;
  speechPause(frame: FrameOf<"speech.pause">): Promise<void>;
  speechEnd(frame: FrameOf<"speech.end">): Promise<void>;
  /** What the caller has said, or has said so far. */
  said(frame: FrameOf<"text.user">): void | Promise<void>;
  /** A line that was typed instead of spoken. */
  typed(text: string): void;
  /** The caller wants quiet. */
  stop(): void;
  /** The answer sounds. */
  started(): void;
  /** The answer has been heard to its end. */
  finished(): void;
  /** Something failed for good; turn of what it was made for. */
  failed(turn: number): void;
}

/** Milliseconds; what is shorter was no word, and an answer that it halted goes on at once. */
const KNOCK = 200;
/** Seconds; of an answer that has sounded no longer nothing was understood. */
const BARELY = 0.4;

export function createFloor({ answer, now, tell, send, forward }: FloorOptions): Floor {
  /** What the caller is doing: "deciding" is the time between the last word and its transcript. */
  let caller: "silent" | "speaking" | "deciding" = "silent";
  let number = 0;
  /** When the last voiced sample was, and when the silence after it was held to be an end; null: it may be a pause. */
  let stopped = 0;
  let ended: number | null = 0;
  /** When the caller's present speech began. */
  let onset = 0;
  let state: CallState = "listening";

  const show = (next: CallState) => {
    if (next !== state) tell({ type: "state", state: state = next });
  };
  const ask = (user: string, typed: boolean, language?: string) => {
    const since = typed ? now() : stopped;
    answer.begin({ number, user, typed, stopped: since, ended: typed ? since : ended });
    tell({ type: "user", turn: number, text: user, final: true });
    if (typed || ended !== null) show("thinking");
    send({ kind: "text.user", text: user, final: true, ...(language !== undefined && { language }) });
  };

  const speechStart = ({ at, lead }: FrameOf<"speech.start">) => {
    // As long as the answer has hardly sounded the caller had only drawn breath: it is still the same turn.
    const unheard = answer.turn !== null && !answer.turn.typed && answer.turn.played < BARELY;
    const goesOn = ended === null || caller === "deciding" || unheard;
    if (ended !== null) onset = at - lead;
    caller = "speaking";
    ended = null;
    send({ kind: goesOn ? "speech.resume" : "speech.start", lead });
    if (answer.sounding && !unheard) return answer.halt();
    if (answer.sounding) send({ kind: "reply.sounding", on: false });
    if (goesOn && !answer.turn?.typed) answer.drop();
    else {
      answer.close(true);
      number++;
    }
    if (state !== "interrupted") show("listening");
  };
  const silence = ({ at, lead }: FrameOf<"speech.pause" | "speech.end">) => {
    caller = "deciding";
    stopped = at - lead;
  };
  const speechPause = (frame: FrameOf<"speech.pause">) => {
    silence(frame);
    return forward(frame);
  };
  const speechEnd = (frame: FrameOf<"speech.end">) => {
    if (caller === "speaking") silence(frame);
    ended = frame.at;
    answer.end(ended);
    if (stopped - onset < KNOCK) answer.goOn();
    if (!answer.sounding && (caller === "deciding" || answer.turn)) show("thinking");
    return forward(frame);
  };
  /** Speech over a sounding answer takes the turn when it has words that mean it. */
  const takesTurn = (text: string): boolean => {
    if (!answer.turn || !answer.sounding) return true;
    if (!interrupts(text, lastSpoken(answer.turn))) return false;
    answer.close(true);
    number++;
    show("interrupted");
    return true;
  };
  const partial = (frame: FrameOf<"text.user">) => {
    if (caller === "silent" || !takesTurn(frame.text)) return;
    tell({ type: "user", turn: number, text: frame.text, final: false });
    return forward({ ...frame, turn: number });
  };
  const transcript = ({ text, language }: FrameOf<"text.user">) => {
    // The caller went on meanwhile: a longer transcript will follow.
    if (caller === "speaking") return;
    caller = "silent";
    if (text === "" || !takesTurn(text)) {
      if (answer.sounding) answer.goOn();
      else if (!answer.turn) show("listening");
      return;
    }
    if (answer.turn) {
      answer.close(true);
      number++;
    }
    ask(text, false, language);
  };
  return {
    get turn() {
      return number;
    },
    get speaking() {
      return caller === "speaking";
    },
    get mood() {
      if (answer.sounding && !answer.halted) return "speaking";
      if (caller === "speaking" || ended === null) return "listening";
      return caller === "deciding" || answer.turn ? "thinking" : "idle";
    },
    speechStart,
    speechPause,
    speechEnd,
    said: (frame) => frame.final ? transcript(frame) : partial(frame),
    typed(text) {
      answer.close(true);
      number++;
      ask(text, true);
    },
    stop() {
      if (!answer.turn) return;
      answer.close(true);
      show("interrupted");
      show(caller === "silent" ? "listening" : "thinking");
    },
    started() {
      answer.started();
      show("speaking");
    },
    finished() {
      answer.close(false);
      // Whoever speaks by now has the turn.
      if (caller !== "silent") number++;
      show("listening");
    },
    failed(turn) {
      if (turn === answer.turn?.number) answer.close(true);
      if (caller === "deciding") caller = "silent";
      if (!answer.turn) show("listening");
    },
  };
}
