/**
 * The answer under way, from the caller's last word to its own: made in the dark, let out when the turn is over, halted
 * when the caller speaks over it, closed when it has been heard or taken from it.
 */
import type { ServerMessage, TurnTimes } from "../rtc/signalling.ts";
import type { BodyOf, FrameOf } from "./frame.ts";
import { heard, mark, startTurn, type Turn } from "./turn.ts";

/** Sound and picture on their way to the caller. */
export interface Speaker {
  /** Resolves once there is room for more. */
  push(turn: number, pcm: Float32Array, rate: number, last: boolean): Promise<void>;
  /** Drops what has not been sent; how much of which turn was. */
  flush(): { turn: number; seconds: number } | null;
  /** Silence at once, in mid-word if need be; `resume` goes on from there. */
  pause(): void;
  resume(): void;
  picture(media: number, data: Uint8Array): void;
  /** The same, for a page that draws the face itself. */
  look(media: number, data: Uint8Array): void;
}

export interface AnswerOptions {
  speaker: Speaker;
  /** Does a handler judge whether the caller has finished? Else every turn is over when it is transcribed. */
  judged: boolean;
  /** Milliseconds on the session's clock. */
  now(): number;
  /** Calls back after so many milliseconds, unless the returned function is called before. */
  later(ms: number, f: () => void): () => void;
  tell(message: ServerMessage): void;
  record(times: TurnTimes): void;
  /** Tells the handlers that a turn is over. */
  ended(turn: number, end: BodyOf<"turn.end">): void;
  /** Stops everything that still works at the present answer; what it has made already becomes stale. */
  cancel(): void;
}

export interface Question {
  number: number;
  user: string;
  typed: boolean;
  /** Session time of the last voiced sample. */
  stopped: number;
  /** Session time at which the silence after it was held to be an end; null as long as it may be a pause. */
  ended: number | null;
}

/** Work at the answer to a turn. */
export interface Work {
  turn: number;
  milliseconds: number;
  /** Is the answer still wanted? */
  current: boolean;
}

export interface Answer extends Disposable {
  /** The exchange under way, null between two. */
  readonly turn: Turn | null;
  readonly sounding: boolean;
  /** Silent in mid-word, because the caller makes himself heard. */
  readonly halted: boolean;
  begin(question: Question): void;
  /** The silence is no mere pause; session time. */
  end(ended: number): void;
  /** The caller has finished once so many milliseconds of silence have passed. */
  judge(wait: number): void;
  /** Takes a piece of the reply; settles when there is room for more. False for one that nobody waits for any more. */
  take(frame: FrameOf<"text.reply" | "phonemes" | "audio.reply">): Promise<boolean>;
  /** Falls silent until it is clear whether the caller wants the turn. */
  halt(): void;
  /** It was no interruption. */
  goOn(): void;
  /** Nothing of it was heard, and nothing is left of it. */
  drop(): void;
  /** The exchange is over: history learns what was heard. */
  close(interrupted: boolean): void;
  started(): void;
  played(seconds: number): void;
  shown(media: number): void;
  spent(work: Work): void;
}

/** Milliseconds after which speech over the answer, of which no word was understood, was none: the answer goes on. */
const DOUBT = 1_000;
/** An answer is not held back longer than this, milliseconds of silence, should nobody judge the turn. */
const PATIENCE = 2_000;

export function createAnswer(options: AnswerOptions): Answer {
  const { speaker, now, later, tell } = options;
  let turn: Turn | null = null;
  let caption = "";
  let halted = false;
  let forgetDoubt = () => {};
  let forgetGate = () => {};
  /** When the present silence turned out to be no pause, and how long it must last; null: not known yet. */
  let ended: number | null = null;
  let wait: number | null = null;
  /** What was lost on the answers dropped so far, by the turn they belong to. */
  let lost = { turn: 0, tries: 0, wasted: 0 };

  const openGate = (of: Turn, at: number) => {
    const open = () => {
      mark(of, "endOfTurn", at);
      of.gate.open();
    };
    forgetGate();
    if (at <= now()) open();
    else forgetGate = later(at - now(), open);
  };
  /** @param known when the last was learned that had to be known */
  const release = (known: number) => {
    if (turn && ended !== null && wait !== null) openGate(turn, Math.max(known, turn.stopped + wait));
  };
  const settle = () => {
    halted = false;
    forgetDoubt();
  };
  const cancel = () => {
    settle();
    forgetGate();
    options.cancel();
    turn?.gate.open();
    return speaker.flush();
  };
  const goOn = () => {
    if (!halted) return;
    settle();
    speaker.resume();
  };
  const tellReply = (of: Turn, final: boolean, interrupted: boolean) => {
    const text = heard(of);
    if (text === caption && !final) return;
    caption = text;
    tell({ type: "reply", turn: of.number, text, final, interrupted });
  };

  return {
    get turn() {
      return turn;
    },
    get sounding() {
      return turn !== null && turn.sounding;
    },
    get halted() {
      return halted;
    },
    begin(question) {
      caption = "";
      turn = startTurn(question);
      mark(turn, "transcript", now());
      const { tries, wasted } = lost.turn === turn.number ? lost : { tries: 0, wasted: 0 };
      Object.assign(turn.times, { tries: tries + 1, spent: 0, wasted });
      ended = question.ended;
      wait = options.judged && !question.typed ? null : 0;
      openGate(turn, question.stopped + PATIENCE);
      if (ended !== null) release(ended);
    },
    end(at) {
      ended = at;
      release(at);
    },
    judge(silence) {
      wait = silence;
      release(now());
    },
    async take(frame) {
      const of = turn;
      if (!of || frame.turn !== of.number) return false;
      if (frame.kind === "text.reply") mark(of, "firstToken", now());
      else if (frame.kind === "phonemes") {
        mark(of, "firstClause", now());
        of.words.push(...frame.words);
      } else {
        if (frame.pcm.length > 0) mark(of, "firstAudio", now());
        await of.gate.opened;
        if (of !== turn) return false;
        await speaker.push(frame.turn, frame.pcm, frame.rate, frame.last);
      }
      return true;
    },
    halt() {
      if (halted) return;
      halted = true;
      speaker.pause();
      forgetDoubt = later(DOUBT, goOn);
    },
    goOn,
    drop() {
      if (!turn) return;
      cancel();
      const { tries = 0, spent = 0, wasted = 0 } = turn.times;
      lost = { turn: turn.number, tries, wasted: wasted + spent };
      turn = null;
    },
    close(interrupted) {
      if (!turn) return;
      const over = turn;
      if (interrupted) {
        mark(over, "interrupted", now());
        const sent = cancel();
        if (sent?.turn === over.number) over.played = sent.seconds;
      } else {
        settle();
        over.played = Infinity;
      }
      turn = null;
      over.times.spent = Math.round(over.times.spent ?? 0);
      over.times.wasted = Math.round(over.times.wasted ?? 0);
      options.ended(over.number, { kind: "turn.end", user: over.user, heard: heard(over), interrupted });
      tellReply(over, true, interrupted);
      tell({ type: "times", times: over.times });
      options.record(over.times);
    },
    started() {
      if (!turn) return;
      turn.sounding = true;
      mark(turn, "firstPacket", now());
    },
    played(seconds) {
      if (!turn) return;
      turn.played = seconds;
      tellReply(turn, false, false);
    },
    shown(media) {
      if (turn && turn.mouthAt !== null && media >= turn.mouthAt) mark(turn, "mouthMoved", now());
    },
    spent({ turn: number, milliseconds, current }) {
      if (turn?.number === number) turn.times[current ? "spent" : "wasted"]! += milliseconds;
      else if (lost.turn === number) lost.wasted += milliseconds;
    },
    [Symbol.dispose]() {
      settle();
      forgetGate();
      turn?.gate.open();
    },
  };
}
