/** The talk with one caller: the session, which decides what is said, and the pacer, which says it over the peer's media. */
import type { Log } from "../engine/handler.ts";
import type { Pipeline } from "../engine/pipeline.ts";
import { createSession, type Session } from "../engine/session.ts";
import { createOpusEncoder } from "../rtc/opus.ts";
import { Outbound } from "../rtc/outbound.ts";
import type { Peer } from "../rtc/peer.ts";
import type { TurnTimes } from "../rtc/signalling.ts";
import type { Crew } from "../workers/crew.ts";
import { traceTurns } from "./trace.ts";

export interface Conversation extends Disposable {
  readonly session: Session;
  /** It is silent until it is started. */
  readonly outbound: Outbound;
}

export interface ConversationOptions {
  id: string;
  peer: Peer;
  crew: Crew;
  pipeline: Pipeline;
  /** Pictures per second; 0 without a face. */
  fps: number;
  /** Milliseconds of sound that must be there before a reply begins. */
  hold: number;
  log: Log;
  /** Milliseconds on the call's clock. */
  now(): number;
  /** Told of every picture that was due: did it come too late, or not at all? */
  paced(late: boolean): void;
  record(times: TurnTimes): void;
}

export function startConversation(options: ConversationOptions): Conversation {
  const { id, peer, crew, pipeline, log, now } = options, encoder = createOpusEncoder();
  const outbound = new Outbound({
    fps: peer.video ? options.fps : 0,
    hold: options.hold,
    clock: { now: () => performance.now(), setTimer },
    encodeOpus: (pcm) => encoder.encode(pcm),
    sendAudio: peer.sendAudio,
    sendVideo(data, at) {
      peer.sendVideo(data, at);
      session.shown(at);
    },
    sendLook: peer.sendLook,
    lookDue: (at) => session.shown(at),
    paced: options.paced,
    tick: (tick) => session.tick(tick),
    started: (turn) => session.started(turn),
    played: (turn, seconds) => session.played(turn, seconds),
    finished: (turn) => session.finished(turn),
  });
  const session = createSession({
    id,
    pipeline,
    handlers: crew,
    speaker: outbound,
    now,
    later: (ms, f) => setTimer(ms, f).cancel,
    tell: traceTurns(id, peer.send),
    record: options.record,
    log,
  });
  return {
    session,
    outbound,
    [Symbol.dispose]() {
      session[Symbol.dispose]();
      outbound[Symbol.dispose]();
      encoder[Symbol.dispose]();
    },
  };
}

function setTimer(ms: number, f: () => void): { cancel(): void } {
  const handle = setTimeout(f, ms);
  return { cancel: () => clearTimeout(handle) };
}
