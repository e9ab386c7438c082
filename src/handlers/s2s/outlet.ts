/**
 * Gives out an answer while the caller is listened to. A handler gets one frame after another; if an answer filled one
 * call from its first word to its last, what the caller says meanwhile would wait until it is over. So the answer is left
 * where it is as soon as a frame waits, and goes on with that frame.
 */
import type { Body, Kind } from "../../engine/frame.ts";
import type { Context } from "../../engine/handler.ts";

/** Seconds of sound given out ahead of time: the speaker makes its caller wait when it has two. */
const AHEAD = 1;
/** Milliseconds between two looks for waiting frames. */
const LOOK = 20;

export interface Outlet {
  /** Takes a new answer in place of the one before. */
  open(answer: AsyncGenerator<Body>, signal: AbortSignal): void;
  /** Gives out what there is until the answer is over or a frame of one of these kinds waits. */
  drain(ctx: Context, kinds: readonly Kind[]): AsyncGenerator<Body>;
  close(): Promise<void>;
}

interface Open {
  answer: AsyncGenerator<Body>;
  signal: AbortSignal;
  /** The next frame, asked for but not there yet. */
  next: Promise<IteratorResult<Body>> | null;
  /** Frames and seconds of sound given out. */
  chunks: number;
  seconds: number;
  /** Session time at which the speaker had taken the first: from then on it plays. */
  since: number;
}

const sleep = (milliseconds: number) =>
  new Promise<null>((resolve) => setTimeout(() => resolve(null), milliseconds));

function secondsOf(body: Body): number {
  return body.kind === "audio.reply" ? body.pcm.length / body.rate : 0;
}

export function createOutlet(): Outlet {
  let open: Open | null = null;
  const leave = async () => {
    const left = open;
    open = null;
    // What a cancelled request ends with is nobody's business.
    await left?.next?.catch(() => {});
    await left?.answer.return(undefined);
  };
  const early = ({ chunks, seconds, since }: Open, now: number) =>
    chunks > 1 && seconds - (now - since) / 1000 > AHEAD;
  const count = (of: Open, seconds: number, now: number) => {
    if (seconds === 0) return;
    of.seconds += seconds;
    // The second can only be given out when the first has found its place.
    if (++of.chunks <= 2) of.since = now;
  };
  return {
    open(answer, signal) {
      leave();
      open = { answer, signal, next: null, chunks: 0, seconds: 0, since: 0 };
    },
    async *drain(ctx, kinds) {
      const waiting = () => kinds.some((kind) => ctx.waiting(kind));
      for (let of; (of = open) && !ctx.signal.aborted;) {
        if (of.signal.aborted) return await leave();
        if (waiting()) return;
        if (early(of, ctx.now())) {
          await sleep(LOOK);
          continue;
        }
        if (!of.next) {
          of.next = of.answer.next();
          // Looked at below, or by nobody any more.
          of.next.catch(() => {});
        }
        const result = await Promise.race([of.next, sleep(LOOK)]);
        if (result === null || of !== open) continue;
        of.next = null;
        if (result.done) open = null;
        else {
          // Its samples are gone once it is given out.
          const seconds = secondsOf(result.value);
          yield result.value;
          count(of, seconds, ctx.now());
        }
      }
    },
    close: leave,
  };
}
