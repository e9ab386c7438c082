/** One exchange: what the caller said, what is answered, how much of it was heard, and when everything happened. */
import type { TurnTimes } from "../rtc/signalling.ts";
import type { WordSpan } from "./frame.ts";

export interface Turn {
  readonly number: number;
  readonly user: string;
  /** Typed, not spoken: then there is no earlier sound that a resumed utterance could be joined to. */
  readonly typed: boolean;
  /** Words of the reply with the times at which they are heard, as far as they are known. */
  words: WordSpan[];
  /** Seconds of the reply that went out. */
  played: number;
  /** Has any of the reply's sound gone out? */
  sounding: boolean;
  /** Media time of the first picture that shows the reply's mouth. */
  mouthAt: number | null;
  /** Opens when the answer may be heard; until then it is made in the dark. */
  readonly gate: Gate;
  /** Session time of the caller's last voiced sample (or of the typed line). */
  readonly stopped: number;
  readonly times: TurnTimes;
}

/** Closed at first; once open it stays open. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function startTurn(turn: Pick<Turn, "number" | "user" | "typed" | "stopped">): Turn {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const gate = { opened, open };
  return {
    ...turn,
    gate,
    words: [],
    played: 0,
    sounding: false,
    mouthAt: null,
    times: { turn: turn.number },
  };
}

type Step = Exclude<keyof TurnTimes, "turn" | "tries" | "spent" | "wasted">;

/** Notes that something has happened for the first time; `at` in session milliseconds. */
export function mark(turn: Turn, what: Step, at: number): void {
  turn.times[what] ??= Math.round((at - turn.stopped) * 10) / 10;
}

/** The text that the words are of, however its script spaces them. */
function textOf(words: readonly WordSpan[]): string {
  return words.map(({ text, glued }, n) => n === 0 || glued ? text : ` ${text}`).join("");
}

/** The words of the reply that have begun to sound by now: history and captions keep no more than that. */
export function heard(turn: Turn): string {
  return textOf(turn.words.filter(({ start }) => start < turn.played));
}

/** Seconds of the reply that the microphone may have picked up and that are still being recognised. */
const ECHO = 6;

/** What a loudspeaker has just been playing. */
export function lastSpoken(turn: Turn): string {
  return textOf(turn.words.filter(({ start }) => start < turn.played && start > turn.played - ECHO));
}
