/**
 * One call: routes frames between the handlers and decides whose turn it is to speak.
 *
 * What ends a reply early goes one way only: the epoch is raised, the sound on its way is dropped, the workers are told,
 * and whatever still carries the old epoch is thrown away wherever it turns up.
 */
import type { CallState, ServerMessage, TurnTimes } from "../rtc/signalling.ts";
import { createAnswer, type Speaker } from "./answer.ts";
import {
  type Body,
  type BodyOf,
  type Drawer,
  type Exchange,
  type FaceChoice,
  type Frame,
  type FrameOf,
  type Kind,
  type Mood,
} from "./frame.ts";
import type { Log } from "./handler.ts";
import { interrupts } from "./interruption.ts";
import { createLoudness } from "./loudness.ts";
import type { Pipeline } from "./pipeline.ts";
import { lastSpoken } from "./turn.ts";

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
  /** Some milliseconds of the caller's microphone. */
  mic(pcm: Float32Array<ArrayBuffer>): void;
  /** What the caller's camera shows, as JPEG; one that comes before the last one was taken is left out. */
  camera(picture: Omit<BodyOf<"image.user">, "kind">): void;
  /** What was said before this call. */
  remember(exchanges: Exchange[]): void;
  /** Another face, or another room behind it. */
  choose(face: FaceChoice): void;
  /** Who shall draw the face from now on. */
  draw(by: Drawer): void;
  /** Does the caller wish for little motion? */
  calm(on: boolean): void;
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
  /** A handler has worked at a reply. */
  spent(work: { turn: number; epoch: number; milliseconds: number }): void;
}

const MIC_RATE = 16_000;
/** Milliseconds; what is shorter was no word, and an answer that it halted goes on at once. */
const KNOCK = 200;
/** Seconds; of an answer that has sounded no longer nothing was understood. */
const BARELY = 0.4;

export function createSession(options: SessionOptions): Session {
  const { id, pipeline, handlers, speaker, now, tell, log } = options;
  /** What the caller is doing: "deciding" is the time between the last word and its transcript. */
  let caller: "silent" | "speaking" | "deciding" = "silent";
  let number = 0;
  let epoch = 0;
  /** When the last voiced sample was, and when the silence after it was held to be an end; null: it may be a pause. */
  let stopped = 0;
  let ended: number | null = 0;
  /** When the caller's present speech began. */
  let onset = 0;
  let state: CallState = "listening";
  /** A picture of the camera is on its way to a handler. */
  let looking = false;
  let calm = false;
  const loudness = createLoudness();

  const stamp = (body: Body, turn = number): Frame => ({ session: id, turn, epoch, at: now(), ...body });
  const forward = async (frame: Frame) => {
    const names = pipeline.consumers(frame.kind).filter((name) => name !== "rtc");
    // A buffer can be handed over only once: all but the last consumer get a copy.
    await Promise.all(
      names.map((name, i) => handlers.post(name, i < names.length - 1 ? structuredClone(frame) : frame)),
    );
  };
  const send = (body: Body, turn?: number) => {
    forward(stamp(body, turn)).catch((error) => log.error(`Sending "${body.kind}" failed: ${error}`));
  };
  const show = (next: CallState) => {
    if (next !== state) tell({ type: "state", state: state = next });
  };
  const answer = createAnswer({
    ...options,
    judged: pipeline.stages.some(({ produces }) => produces.includes("turn.judged")),
    ended(turn, end) {
      send({ kind: "reply.sounding", on: false }, turn);
      send(end, turn);
    },
    cancel: () => handlers.cancel(id, ++epoch),
  });
  const mood = (): Mood => {
    if (answer.sounding && !answer.halted) return "speaking";
    if (caller === "speaking" || ended === null) return "listening";
    return caller === "deciding" || answer.turn ? "thinking" : "idle";
  };
  const ask = (user: string, typed: boolean, language?: string) => {
    const since = typed ? now() : stopped;
    answer.begin({ number, user, typed, stopped: since, ended: typed ? since : ended });
    tell({ type: "user", turn: number, text: user, final: true });
    if (typed || ended !== null) show("thinking");
    send({ kind: "text.user", text: user, final: true, ...(language !== undefined && { language }) });
  };

  const onSpeechStart = ({ at, lead }: FrameOf<"speech.start">) => {
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
  const onSilence = ({ at, lead }: FrameOf<"speech.pause" | "speech.end">) => {
    caller = "deciding";
    stopped = at - lead;
  };
  const onSpeechPause = (frame: FrameOf<"speech.pause">) => {
    onSilence(frame);
    return forward(frame);
  };
  const onSpeechEnd = (frame: FrameOf<"speech.end">) => {
    if (caller === "speaking") onSilence(frame);
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
  const onUserText = (frame: FrameOf<"text.user">) => frame.final ? onTranscript(frame) : onPartial(frame);
  const onPartial = (frame: FrameOf<"text.user">) => {
    if (caller === "silent" || !takesTurn(frame.text)) return;
    tell({ type: "user", turn: number, text: frame.text, final: false });
    return forward({ ...frame, turn: number });
  };
  const onTranscript = ({ text, language }: FrameOf<"text.user">) => {
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
  const onReply = async (frame: FrameOf<"text.reply" | "phonemes" | "audio.reply">) => {
    if (frame.epoch !== epoch) return;
    if (frame.kind === "audio.reply") overhear(frame);
    if (await answer.take(frame) && frame.kind !== "audio.reply") await forward(frame);
  };
  /** A face that follows the sound hears it as soon as it is made, in a copy: the voice waits for nobody. */
  const overhear = (frame: FrameOf<"audio.reply">) => {
    const alone = pipeline.consumers("audio.reply").every((name) => name === "rtc");
    if (alone || frame.turn !== answer.turn?.number) return;
    forward(structuredClone(frame)).catch((error) =>
      log.error(`Sending the voice to the face failed: ${error}`)
    );
  };
  const onFault = (frame: FrameOf<"fault">) => {
    // What an answer that nobody waits for any more has met with is nobody's business.
    if (frame.goesOn && frame.epoch !== epoch) return;
    tell({ type: "fault", code: `${frame.handler}.${frame.code}`, message: frame.message });
    if (frame.goesOn) return;
    if (frame.turn === answer.turn?.number) answer.close(true);
    if (caller === "deciding") caller = "silent";
    if (!answer.turn) show("listening");
  };

  const routes: { [K in Kind]?: (frame: FrameOf<K>) => void | Promise<void> } = {
    "speech.start": onSpeechStart,
    "speech.pause": onSpeechPause,
    "speech.end": onSpeechEnd,
    "text.user": onUserText,
    "turn.judged": (frame) => frame.epoch === epoch ? answer.judge(frame.wait) : undefined,
    "text.complete": (frame) => frame.epoch === epoch ? forward(frame) : undefined,
    "text.reply": onReply,
    "phonemes": onReply,
    "audio.reply": onReply,
    "video.reply": (frame) => speaker.picture(frame.media, frame.data),
    "face.chosen": ({ avatar, background, fault }) => {
      tell({ type: "avatar", avatar, background, ...(fault !== undefined && { fault }) });
    },
    "face.look": (frame) => speaker.look(frame.media, frame.data),
    "face.drawn": (frame) => {
      const { by } = frame;
      tell({ type: "drawn", ...(by === "page" ? { by, list: frame.list, names: frame.names } : { by }) });
    },
    "fault": onFault,
  };

  return {
    async deliver(frame) {
      const route = (routes[frame.kind] ?? forward) as (frame: Frame) => void | Promise<void>;
      await route(frame);
    },
    mic(pcm) {
      loudness.push(pcm);
      send({ kind: "audio.mic", pcm, rate: MIC_RATE });
    },
    camera(picture) {
      if (looking) return;
      looking = true;
      forward(stamp({ kind: "image.user", ...picture }))
        .catch((error) => log.error(`Sending a picture failed: ${error}`))
        .finally(() => looking = false);
    },
    remember(exchanges) {
      send({ kind: "memory", exchanges });
    },
    choose({ avatar, background }) {
      send({ kind: "face.choose", avatar, background });
    },
    draw(by) {
      send({ kind: "face.draw", by });
    },
    calm(on) {
      calm = on;
    },
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
    tick({ media, turn, position, key }) {
      if (answer.turn?.number === turn && position >= 0) answer.turn.mouthAt ??= media;
      const level = loudness.take(), heard = caller === "speaking" ? level : 0;
      const felt = { mood: mood(), ...(heard > 0 && { heard }), ...(calm && { calm }) };
      send({ kind: "video.tick", media, position, key, ...felt }, turn);
    },
    shown: answer.shown,
    started(turn) {
      if (turn !== answer.turn?.number) return;
      answer.started();
      send({ kind: "reply.sounding", on: true }, turn);
      show("speaking");
    },
    played(turn, seconds) {
      if (turn === answer.turn?.number) answer.played(seconds);
    },
    finished(turn) {
      if (turn !== answer.turn?.number) return;
      answer.close(false);
      // Whoever speaks by now has the turn.
      if (caller !== "silent") number++;
      show("listening");
    },
    spent({ turn, epoch: of, milliseconds }) {
      answer.spent({ turn, milliseconds, current: of === epoch });
    },
    [Symbol.dispose]: () => answer[Symbol.dispose](),
  };
}
