/**
 * Follows replies with the mouth: keeps what was announced of each turn, and takes care that the mouth never snaps when a
 * reply ends, is cut off, or a late clause changes what comes next.
 */
import type { PhonemeSpan } from "../engine/frame.ts";
import { closedMouth, type Mouth, mouthAt } from "./mouth.ts";
import { add, smoothstep, type Weights } from "./pose.ts";
import { append, type Segment } from "./timeline.ts";

/**
 * Where two shapes do not fit together, one goes over into the other in this time, seconds: when speech begins (a reply
 * may begin with an f), when it changes, and when it ends.
 */
const INTO_SPEECH = 0.05, INTO_OTHER = 0.08, INTO_SILENCE = 0.14;
/** Turns that may be announced at once; more are forgotten, oldest first. */
const TURNS = 4;
/** What lies this far behind, seconds, is forgotten. */
const PAST = 5;

/** Which reply a moment belongs to: a cancelled reply raises the epoch. */
export interface ReplyId {
  turn: number;
  epoch: number;
}

export interface Lips {
  /** Takes the phoneme times of one clause, seconds from the reply's first sample. */
  announce(reply: ReplyId, spans: readonly PhonemeSpan[]): void;
  /** Forgets a turn and those before it. */
  forget(turn: number): void;
  /** The mouth `dt` seconds after the last one. `position`: seconds into the reply, or -1 when nothing is being said. */
  step(dt: number, reply: ReplyId, position: number): Mouth;
}

interface Reply {
  epoch: number;
  segments: Segment[];
}

export function createLips(): Lips {
  const replies = new Map<number, Reply>();
  let shown: Mouth = closedMouth, source: Reply | null = null, changed = false, last = -1;
  /** What is left of a shape that did not fit, how long it has been going, and how long that takes. */
  let gap: Weights = {}, bridged = 0, bridge = 0;

  const forget = (turn: number) => {
    for (const known of [...replies.keys()]) if (known <= turn) replies.delete(known);
  };
  return {
    forget,
    announce({ turn, epoch }, spans) {
      let reply = replies.get(turn);
      if (reply && epoch < reply.epoch) return;
      if (!reply || epoch > reply.epoch) replies.set(turn, reply = { epoch, segments: [] });
      append(reply.segments, spans);
      if (reply === source) changed = true;
      while (replies.size > TURNS) replies.delete(Math.min(...replies.keys()));
    },
    step(dt, { turn, epoch }, position) {
      const reply = position >= 0 ? replies.get(turn) ?? null : null;
      const speaking = reply?.epoch === epoch ? reply : null;
      const target = speaking ? mouthAt(speaking.segments, position) : closedMouth;
      const jumped = speaking !== null && Math.abs(position - last - dt) > 0.1;
      if (speaking !== source || changed || jumped) {
        gap = difference(shown.weights, target.weights);
        bridged = 0;
        bridge = !speaking ? INTO_SILENCE : source ? INTO_OTHER : INTO_SPEECH;
        if (speaking && position > PAST) discard(speaking.segments, position - PAST);
      }
      [source, changed, last] = [speaking, false, position];
      bridged += dt;
      const share = bridged < bridge ? smoothstep(bridge, 0, bridged) : 0;
      return shown = share > 0 ? { ...target, weights: sum(target.weights, gap, share) } : target;
    },
  };
}

function discard(segments: Segment[], before: number): void {
  const kept = segments.findIndex(({ end }) => end >= before);
  segments.splice(0, kept < 0 ? segments.length : kept);
}

function difference(from: Weights, minus: Weights): Weights {
  const result = { ...from };
  for (const name in minus) add(result, name, -minus[name]);
  return result;
}

function sum(weights: Weights, more: Weights, share: number): Weights {
  const result = { ...weights };
  for (const name in more) add(result, name, more[name] * share);
  return result;
}
