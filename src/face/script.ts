/** Keeps what the face is to do in replies, and says when a moment of one has come. */
import type { Cue, WordSpan } from "../engine/frame.ts";
import { type Act, createHints } from "./hints.ts";
import type { ReplyId } from "./lips.ts";

/** Turns of which something may be kept at once; of more, the oldest are forgotten. */
const TURNS = 4;
/** What was due longer ago, seconds, is left out: nobody was there to see it. */
const PAST = 1;

export interface Script {
  /**
   * Takes the words of a clause, and the directions in it. A reply without any direction so far is acted, more mildly,
   * by its words.
   */
  announce(reply: ReplyId, words: readonly WordSpan[], cues?: readonly Cue[]): void;
  /** What is due at `position` seconds of the reply, or has been since the last time, if not long ago; each once. */
  due(reply: ReplyId, position: number): Act[];
  /** A turn is over. What stood behind its last word is given, unless it was interrupted; the rest is forgotten. */
  end(turn: number, interrupted: boolean): Act[];
}

interface Reply {
  epoch: number;
  acts: Act[];
  /** Does it give directions? */
  directed: boolean;
  hints: ReturnType<typeof createHints>;
}

export function createScript(): Script {
  const replies = new Map<number, Reply>();
  return {
    announce({ turn, epoch }, words, cues = []) {
      let reply = replies.get(turn);
      if (reply && epoch < reply.epoch) return;
      if (!reply || epoch > reply.epoch) {
        replies.set(turn, reply = { epoch, acts: [], directed: false, hints: createHints() });
      }
      reply.directed ||= cues.length > 0;
      if (reply.directed) reply.acts.push(...cues.map((cue) => ({ ...cue, level: 1 })));
      else reply.acts.push(...reply.hints(words));
      while (replies.size > TURNS) replies.delete(Math.min(...replies.keys()));
    },
    due({ turn, epoch }, position) {
      const reply = replies.get(turn);
      if (position < 0 || reply?.epoch !== epoch) return [];
      const count = reply.acts.findIndex(({ start }) => start > position);
      return reply.acts.splice(0, count < 0 ? Infinity : count).filter(({ start }) =>
        start > position - PAST
      );
    },
    end(turn, interrupted) {
      const left = interrupted ? [] : replies.get(turn)?.acts ?? [];
      for (const known of [...replies.keys()]) if (known <= turn) replies.delete(known);
      return left;
    },
  };
}
