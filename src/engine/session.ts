/**
 * One call: routes frames between the handlers and decides whose turn it is to speak.
 *
 * What ends a reply early goes one way only: the epoch is raised, the sound on its way is dropped, the workers are told,
 * and whatever still carries the old epoch is thrown away wherever it turns up.
 */
import type { CallState, ServerMessage, TurnTimes } from "../rtc/signalling.ts";
import { belongsToReply, type Body, type Frame, type FrameOf, type Kind, type Mood } from "./frame.ts";
import type { Log } from "./handler.ts";
import { interrupts } from "./interruption.ts";
import type { Pipeline } from "./pipeline.ts";
import { heard, lastSpoken, mark, startTurn, type Turn } from "./turn.ts";

/** Sound and picture on their way to the caller. */
export interface Speaker {
  /** Resolves once there is room for more. */
  push(turn: number, pcm: Float32Array, rate: number, last: boolean): Promise<void>;
  /** Drops what has not been sent; how much of which turn was. */
  flush(): { turn: number; seconds: number } | null;
  /** Silence at once, in mid-word if need be; `resume` goes on from there. */
  pause(): void;
  resume(): void;
  /** The face makes do with fewer pictures while something is more urgent. */
  spare(on: boolean): void;
  picture(media: number, data: Uint8Array): void;
}

/** Where frames go and cancellations are heard. */
export interface Handlers {
  post(handler: string, frame: Frame): Promise<void>;
  cancel(session: string, epoch: number): void;
}

export interface SessionOptions {
  id: string;
  pipeline: Pipeline;
  handlers: Handlers;
  speaker: Speaker;
  /** Milliseconds on the session's clock. */
  now(): number;
  /** Calls back after so many milliseconds, unless the returned function is called before. */
  later(ms: number, f: () => void): () => void;
  /** Tells the page; must not throw. */
  tell(message: ServerMessage): void;
  /** Takes the record of a turn that is over. */
  record(times: TurnTimes): void;
  log: Log;
}

export interface Session extends Disposable {
  /** A frame that a handler made. Settles when its consumers have taken it. */
  deliver(frame: Frame): Promise<void>;
  /** 20 ms of the caller's microphone. */
  mic(pcm: Float32Array<ArrayBuffer>): void;
  /** A line that was typed instead of spoken. */
  typed(text: string): void;
  /** The caller wants quiet. */
  stop(): void;
  /** The speaker asks for a picture, see `video.tick`. */
  tick(tick: { media: number; turn: number; position: number; key: boolean }): void;
  /** A picture went out. */
  shown(media: number): void;
  started(turn: number): void;
  played(turn: number, seconds: number): void;
  finished(turn: number): void;
}

const MIC_RATE = 16_000;
/** Milliseconds after which speech over the answer, of which no word was understood, was none: the answer goes on. */
const DOUBT = 1_000;
/** An answer is not held back longer than this, milliseconds of silence, should nobody judge the turn. */
const PATIENCE = 2_000;

export function createSession(options: SessionOptions): Session {
  const { id, pipeline, handlers, speaker, now, later, tell, log } = options;
  const judged = pipeline.stages.some(({ produces }) => produces.includes("turn.judged"));
  /** What the caller is doing: "deciding" is the time between the end of speech and its transcript. */
  let caller: "silent" | "speaking" | "deciding" = "silent";
  let number = 0;
  let epoch = 0;
  let stopped = 0;
  let ended = 0;
  let turn: Turn | null = null;
  let state: CallState = "listening";
  let caption = "";
  /** Set while the answer is halted because the caller makes himself heard: does he want the turn? Ends the doubt. */
  let undoubt: (() => void) | null = null;
  let cancelGate = () => {};

  const stamp = (body: Body, turnNumber = number): Frame => ({
    session: id,
    turn: turnNumber,
    epoch,
    at: now(),
    ...body,
  });
  const forward = async (frame: Frame) => {
    const names = pipeline.consumers(frame.kind).filter((name) => name !== "rtc");
    // A buffer can be handed over only once: all but the last consumer get a copy.
    await Promise.all(
      names.map((name, i) => handlers.post(name, i < names.length - 1 ? structuredClone(frame) : frame)),
    );
  };
  const send = (body: Body, turnNumber?: number) => {
    forward(stamp(body, turnNumber)).catch((error) => log.error(`Sending "${body.kind}" failed: ${error}`));
  };
  const show = (next: CallState) => {
    if (next !== state) tell({ type: "state", state: state = next });
  };
  const mood = (): Mood => {
    if (turn?.sounding && !undoubt) return "speaking";
    if (caller === "speaking") return "listening";
    return caller === "deciding" || turn ? "thinking" : "idle";
  };

  const cancel = () => {
    epoch++;
    handlers.cancel(id, epoch);
    turn?.gate.open();
    cancelGate();
    undoubt?.();
    speaker.spare(false);
    return speaker.flush();
  };
  const openGate = (of: Turn, at: number) => {
    cancelGate();
    const open = () => {
      mark(of, "endOfTurn", now());
      of.gate.open();
    };
    const wait = at - now();
    if (wait <= 0) open();
    else cancelGate = later(wait, open);
  };
  /** Falls silent, and finds out whether the caller wants the turn. */
  const doubt = () => {
    if (undoubt) return;
    speaker.pause();
    const cancelTimer = later(DOUBT, () => goOn());
    undoubt = () => {
      undoubt = null;
      cancelTimer();
    };
  };
  /** It was no interruption. */
  const goOn = () => {
    undoubt?.();
    speaker.resume();
  };
  const tellReply = (of: Turn, final: boolean, interrupted: boolean) => {
    const text = heard(of);
    if (text === caption && !final) return;
    caption = text;
    tell({ type: "reply", turn: of.number, text, final, interrupted });
  };
  /** Closes the exchange under way: history learns what was heard. */
  const close = (interrupted: boolean) => {
    if (!turn) return;
    const over = turn;
    if (interrupted) {
      mark(over, "interrupted", now());
      const sent = cancel();
      if (sent?.turn === over.number) over.played = sent.seconds;
    } else over.played = Infinity;
    turn = null;
    send({ kind: "turn.end", user: over.user, heard: heard(over), interrupted }, over.number);
    tellReply(over, true, interrupted);
    tell({ type: "times", times: over.times });
    options.record(over.times);
  };
  const begin = (user: string, typed: boolean) => {
    caption = "";
    turn = startTurn({ number, user, typed, stopped: typed ? now() : stopped });
    mark(turn, "transcript", now());
    if (typed || !judged) {
      if (!typed) mark(turn, "endOfTurn", ended);
      turn.gate.open();
    } else openGate(turn, stopped + PATIENCE);
    tell({ type: "user", turn: number, text: user, final: true });
    show("thinking");
    send({ kind: "text.user", text: user, final: true });
  };

  /** The caller takes the turn from a sounding answer. */
  const interrupt = () => {
    close(true);
    number++;
    show("interrupted");
  };
  const onSpeechStart = ({ lead }: FrameOf<"speech.start">) => {
    // Before the answer sounds the caller had only drawn breath: what was recognised so far belongs to the same turn.
    const goesOn = caller === "deciding" || (turn !== null && !turn.sounding && !turn.typed);
    caller = "speaking";
    send(goesOn ? { kind: "speech.resume" } : { kind: "speech.start", lead });
    if (turn?.sounding) return doubt();
    if (goesOn) {
      if (turn) cancel();
      turn = null;
    } else {
      close(true);
      number++;
    }
    if (state !== "interrupted") show("listening");
  };
  const onSpeechEnd = (frame: FrameOf<"speech.end">) => {
    caller = "deciding";
    ended = frame.at;
    stopped = frame.at - frame.lead;
    if (!turn?.sounding) {
      speaker.spare(true);
      show("thinking");
    }
    return forward(frame);
  };
  /** Speech over a sounding answer: takes the turn when it has words that mean it, else the answer goes on. */
  const takesTurn = (text: string): boolean => {
    if (!turn?.sounding) return true;
    if (!interrupts(text, lastSpoken(turn))) return false;
    interrupt();
    return true;
  };
  const onUserText = (frame: FrameOf<"text.user">) => {
    if (!frame.final) {
      if (caller === "silent" || !takesTurn(frame.text)) return;
      tell({ type: "user", turn: number, text: frame.text, final: false });
      return forward({ ...frame, turn: number });
    }
    // The caller went on meanwhile: a longer transcript will follow.
    if (caller === "speaking") return;
    caller = "silent";
    if (frame.text === "" || !takesTurn(frame.text)) {
      speaker.spare(false);
      if (turn?.sounding) goOn();
      else if (!turn) show("listening");
      return;
    }
    if (turn) {
      close(true);
      number++;
    }
    begin(frame.text, false);
  };
  const onJudged = (frame: FrameOf<"turn.judged">) => {
    if (turn && frame.turn === turn.number && frame.epoch === epoch) {
      openGate(turn, turn.stopped + frame.wait);
    }
  };
  const onReply = async (frame: Frame) => {
    if (!turn || frame.epoch < epoch) return;
    if (frame.kind === "text.reply") mark(turn, "firstToken", now());
    else if (frame.kind === "phonemes") {
      mark(turn, "firstClause", now());
      turn.words.push(...frame.words);
    } else if (frame.kind === "audio.reply") {
      if (frame.pcm.length > 0) {
        mark(turn, "firstAudio", now());
        speaker.spare(false);
      }
      await turn.gate.opened;
      if (frame.epoch < epoch) return;
      await speaker.push(frame.turn, frame.pcm, frame.rate, frame.last);
      return;
    }
    await forward(frame);
  };
  const onFault = (frame: FrameOf<"fault">) => {
    tell({ type: "fault", code: `${frame.handler}.${frame.code}`, message: frame.message });
    if (frame.turn === turn?.number) close(true);
    if (caller === "deciding") caller = "silent";
    speaker.spare(false);
    if (!turn) show("listening");
  };

  const routes: Partial<Record<Kind, (frame: never) => void | Promise<void>>> = {
    "speech.start": onSpeechStart,
    "speech.end": onSpeechEnd,
    "text.user": onUserText,
    "turn.judged": onJudged,
    "video.reply": (frame: FrameOf<"video.reply">) => speaker.picture(frame.media, frame.data),
    "fault": onFault,
  };

  return {
    async deliver(frame) {
      const route = routes[frame.kind] as ((frame: Frame) => void | Promise<void>) | undefined;
      if (route) await route(frame);
      else if (belongsToReply(frame)) await onReply(frame);
      else await forward(frame);
    },
    mic(pcm) {
      send({ kind: "audio.mic", pcm, rate: MIC_RATE });
    },
    typed(text) {
      close(true);
      number++;
      begin(text, true);
    },
    stop() {
      if (!turn) return;
      close(true);
      show("interrupted");
      show(caller === "silent" ? "listening" : "thinking");
    },
    tick({ media, turn: of, position, key }) {
      if (turn && of === turn.number && position >= 0) turn.mouthAt ??= media;
      send({ kind: "video.tick", media, position, mood: mood(), key }, of);
    },
    shown(media) {
      if (turn && turn.mouthAt !== null && media >= turn.mouthAt) mark(turn, "mouthMoved", now());
    },
    started(of) {
      if (turn?.number !== of) return;
      turn.sounding = true;
      mark(turn, "firstPacket", now());
      show("speaking");
    },
    played(of, seconds) {
      if (turn?.number !== of) return;
      turn.played = seconds;
      tellReply(turn, false, false);
    },
    finished(of) {
      if (turn?.number !== of) return;
      undoubt?.();
      close(false);
      // Whoever speaks by now has the turn.
      if (caller !== "silent") number++;
      show("listening");
    },
    [Symbol.dispose]() {
      cancelGate();
      undoubt?.();
    },
  };
}
