/**
 * One call: routes frames between the handlers, the caller and the page.
 *
 * What ends a reply early goes one way only: the epoch is raised, the sound on its way is dropped, the workers are told,
 * and whatever still carries the old epoch is thrown away wherever it turns up.
 */
import type { ServerMessage, TurnTimes } from "../rtc/signalling.ts";
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
} from "./frame.ts";
import { createFloor } from "./floor.ts";
import type { Log } from "./handler.ts";
import { createLoudness } from "./loudness.ts";
import type { Pipeline } from "./pipeline.ts";

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

export function createSession(options: SessionOptions): Session {
  const { id, pipeline, handlers, speaker, now, tell, log } = options;
  let epoch = 0;
  /** A picture of the camera is on its way to a handler. */
  let looking = false;
  let calm = false;
  const loudness = createLoudness();

  const stamp = (body: Body, turn = floor.turn): Frame => ({ session: id, turn, epoch, at: now(), ...body });
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
  const answer = createAnswer({
    ...options,
    judged: pipeline.stages.some(({ produces }) => produces.includes("turn.judged")),
    ended(turn, end) {
      send({ kind: "reply.sounding", on: false }, turn);
      send(end, turn);
    },
    cancel: () => handlers.cancel(id, ++epoch),
  });
  const floor = createFloor({ answer, now, tell, send, forward });

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
    floor.failed(frame.turn);
  };

  const routes: { [K in Kind]?: (frame: FrameOf<K>) => void | Promise<void> } = {
    "speech.start": floor.speechStart,
    "speech.pause": floor.speechPause,
    "speech.end": floor.speechEnd,
    "text.user": floor.said,
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
    typed: floor.typed,
    stop: floor.stop,
    tick({ media, turn, position, key }) {
      if (answer.turn?.number === turn && position >= 0) answer.turn.mouthAt ??= media;
      const level = loudness.take(), heard = floor.speaking ? level : 0;
      const felt = { mood: floor.mood, ...(heard > 0 && { heard }), ...(calm && { calm }) };
      send({ kind: "video.tick", media, position, key, ...felt }, turn);
    },
    shown: answer.shown,
    started(turn) {
      if (turn !== answer.turn?.number) return;
      floor.started();
      send({ kind: "reply.sounding", on: true }, turn);
    },
    played(turn, seconds) {
      if (turn === answer.turn?.number) answer.played(seconds);
    },
    finished(turn) {
      if (turn === answer.turn?.number) floor.finished();
    },
    spent({ turn, epoch: of, milliseconds }) {
      answer.spent({ turn, milliseconds, current: of === epoch });
    },
    [Symbol.dispose]: () => answer[Symbol.dispose](),
  };
}
