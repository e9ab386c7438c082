/** The sound of a call on its way out, packet by packet: replies in their order, silence between them, no clicks. */
import { createReply, RATE, type Reply } from "./reply.ts";

export interface PlayoutOptions {
  /** Milliseconds of a reply's sound that must be there before it begins; 0 begins with the first whole packet. */
  hold: number;
  /** The first packet of a reply has been sent. Not called for a reply without sound. */
  started(turn: number): void;
  /** After every packet with sound of a reply: how many seconds of it have been sent. */
  played(turn: number, seconds: number): void;
  /** The reply's last sample has been sent. */
  finished(turn: number): void;
}

/** Milliseconds and samples of one packet. */
export const PACKET = 20;
const SAMPLES = RATE * PACKET / 1000;
/** Samples that may wait before `push` makes its caller wait: 2 s. */
const FULL = 2 * RATE;
/** Samples over which a cancelled reply fades out: 5 ms. */
const FADE = RATE * 5 / 1000;

export class Playout implements Disposable {
  readonly #options: PlayoutOptions;
  /** The first one sounds or is about to; the others wait for its end. */
  #replies: Reply[] = [];
  #waiters: (() => void)[] = [];
  /** The rest of a cancelled reply that is still to be heard. */
  #tail: Float32Array<ArrayBuffer> | null = null;
  /** The turn that was spoken last. */
  #turn = 0;
  #sounding = false;
  #starved = false;
  /** Halted in mid-reply; it may go on from there. */
  #paused = false;
  /** The next packet fades in: the reply goes on in mid-word. */
  #rising = false;
  #underruns = 0;

  constructor(options: PlayoutOptions) {
    this.#options = options;
  }

  /** See `Outbound.push`. */
  push(turn: number, pcm: Float32Array, rate: number, last: boolean): Promise<void> {
    const open = this.#replies.at(-1);
    const reply = open?.turn === turn && !open.complete ? open : createReply(turn);
    reply.append(pcm, rate, last);
    if (reply !== open) this.#replies.push(reply);
    if (this.#waiting < FULL) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** See `Outbound.flush`. */
  flush(): { turn: number; seconds: number } | null {
    const [reply] = this.#replies;
    this.#replies = [];
    this.#release();
    const paused = this.#paused;
    this.#paused = false;
    if (!reply) return null;
    const heard = { turn: reply.turn, seconds: reply.sent / RATE };
    if (this.#sounding && !paused) this.#fadeOut(reply);
    this.#sounding = false;
    this.#starved = false;
    return heard;
  }

  /** See `Outbound.pause`. */
  pause(): void {
    if (this.#paused || !this.#sounding) return;
    this.#paused = true;
    this.#fadeOut(this.#replies[0]);
  }

  resume(): void {
    this.#rising = this.#paused;
    this.#paused = false;
  }

  /** Takes the samples of the next packet, hands them to `send`, and tells what that means for the reply. */
  next(send: (pcm: Float32Array) => void): void {
    const reply = this.#speaking();
    const pcm = reply?.take(SAMPLES) ?? new Float32Array(SAMPLES);
    if (reply && this.#rising) {
      for (let n = 0; n < FADE; n++) pcm[n] *= n / FADE;
      this.#rising = false;
    }
    if (this.#tail) {
      for (let n = 0; n < FADE; n++) pcm[n] += this.#tail[n];
      this.#tail = null;
    }
    send(pcm);
    if (reply) this.#report(reply);
    this.#release();
  }

  /**
   * Which turn is spoken some milliseconds after the next packet begins, and which second of it is heard then; -1 and the
   * turn that was spoken last when nothing is.
   */
  at(ahead: number): { turn: number; position: number } {
    const [reply] = this.#replies, silence = { turn: this.#turn, position: -1 };
    if (!reply || this.#paused || (!this.#sounding && !this.#isReady(reply))) return silence;
    const position = reply.sent / RATE + ahead / 1000;
    const end = (reply.sent + reply.waiting) / RATE;
    if (position < 0 || (reply.complete && position >= end)) return silence;
    // While the sound is late the mouth waits for it.
    return { turn: reply.turn, position: this.#starved ? Math.min(position, end) : position };
  }

  /** Milliseconds of sound that wait. */
  get buffered(): number {
    return this.#waiting * 1000 / RATE;
  }

  /** Times a reply's sound ran out before its end. */
  get underruns(): number {
    return this.#underruns;
  }

  [Symbol.dispose](): void {
    this.#replies = [];
    this.#release();
  }

  #fadeOut(reply: Reply): void {
    this.#tail = reply.take(FADE).map((sample, n) => sample * (1 - (n + 1) / FADE));
  }

  get #waiting(): number {
    return this.#replies.reduce((sum, reply) => sum + reply.waiting, 0);
  }

  #release(): void {
    if (this.#waiting >= FULL) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  /** The reply whose sound goes into the next packet; null for silence. */
  #speaking(): Reply | null {
    const [reply] = this.#replies;
    if (!reply) return null;
    if (this.#paused) return null;
    if (!this.#sounding) return this.#isReady(reply) ? reply : null;
    const starved = reply.waiting < SAMPLES && !reply.complete;
    if (starved && !this.#starved) this.#underruns++;
    this.#starved = starved;
    return starved ? null : reply;
  }

  #isReady(reply: Reply): boolean {
    return reply.complete || reply.waiting >= Math.max(SAMPLES, this.#options.hold * RATE / 1000);
  }

  #report(reply: Reply): void {
    const { started, played, finished } = this.#options;
    if (!this.#sounding && reply.sent > 0) {
      this.#sounding = true;
      this.#turn = reply.turn;
      started(reply.turn);
    }
    if (reply.sent > 0) played(reply.turn, reply.sent / RATE);
    if (!reply.complete || reply.waiting > 0 || this.#replies[0] !== reply) return;
    this.#sounding = false;
    this.#replies.shift();
    finished(reply.turn);
  }
}
