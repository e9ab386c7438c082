/**
 * The pacer: it owns the call's media clock and says when each packet of sound and each picture leaves.
 *
 * Packet n of sound is due at 20 n milliseconds, picture k belongs to k * 1000 / fps and leaves a little later, counted
 * from `start` on an absolute clock, so nothing drifts. After a stall it goes on at the present time instead of sending
 * everything at once.
 */
import { createLateness } from "./lateness.ts";
import { createPictures, type Pictures } from "./pictures.ts";
import { createReply, RATE, type Reply } from "./reply.ts";

export interface Timer {
  cancel(): void;
}

export interface OutboundOptions {
  /** Pictures per second; 0 when there is no face. */
  fps: number;
  /** Milliseconds of a reply's sound that must be there before it begins; 0 begins with the first whole packet. */
  hold: number;
  clock: {
    /** Milliseconds, never running back. */
    now(): number;
    setTimer(ms: number, f: () => void): Timer;
  };
  /** One Opus packet from 960 samples at 48 kHz mono. Called for every packet, silent ones too. */
  encodeOpus(pcm: Float32Array): Uint8Array;
  /** `media`: milliseconds of media time. */
  sendAudio(packet: Uint8Array, media: number): void;
  sendVideo(data: Uint8Array, media: number): void;
  /** What a page that draws the face itself needs for one moment; sent as soon as it is there. */
  sendLook(data: Uint8Array, media: number): void;
  /** The moment of a look has come: the page shows it about now. */
  lookDue?(media: number): void;
  /** Told of every picture that was due: did it come too late, or not at all? Not told of looks. */
  paced?(late: boolean): void;
  /** Asks the face for the picture of one moment; `position` as in the frame "video.tick". */
  tick(tick: { media: number; turn: number; position: number; key: boolean }): void;
  /** The first packet of a reply has been sent. Not called for a reply without sound. */
  started(turn: number): void;
  /** After every packet with sound of a reply: how many seconds of it have been sent. */
  played(turn: number, seconds: number): void;
  /** The reply's last sample has been sent. */
  finished(turn: number): void;
}

export interface OutboundStats {
  /** Times a reply's sound ran out before its end. */
  underruns: number;
  /** Packets of sound that were left out after a stall. */
  skippedPackets: number;
  pictures: Pictures["stats"];
  /** Milliseconds of reply sound that wait. */
  buffered: number;
  /** Milliseconds by which sound packets left late. */
  lateness: { p50: number; p95: number; max: number };
}

/** Milliseconds and samples of one packet. */
const PACKET = 20;
const SAMPLES = RATE * PACKET / 1000;
/** Milliseconds behind time that are made up by sending at once; the browser's jitter buffer bears that much. */
const BURST = 3 * PACKET;
/** Samples that may wait before `push` makes its caller wait: 2 s. */
const FULL = 2 * RATE;
/** Samples over which a cancelled reply fades out: 5 ms. */
const FADE = RATE * 5 / 1000;

export class Outbound implements Disposable {
  readonly #options: OutboundOptions;
  readonly #pictures: Pictures;
  readonly #lateness = createLateness();
  /** The first one sounds or is about to; the others wait for its end. */
  #replies: Reply[] = [];
  #waiters: (() => void)[] = [];
  /** The rest of a cancelled reply that is still to be heard. */
  #tail: Float32Array<ArrayBuffer> | null = null;
  /** The turn that was spoken last. */
  #turn = 0;
  /** Index of the next packet of sound. */
  #packet = 0;
  #zero: number | null = null;
  #timer: Timer | null = null;
  #sounding = false;
  #starved = false;
  /** Halted in mid-reply; it may go on from there. */
  #paused = false;
  /** The next packet fades in: the reply goes on in mid-word. */
  #rising = false;
  #disposed = false;
  #underruns = 0;
  #skipped = 0;

  constructor(options: OutboundOptions) {
    this.#options = options;
    this.#pictures = createPictures({
      fps: options.fps,
      ask: (media, key) => this.#ask(media, key),
      send: options.sendVideo,
      due: (media) => options.lookDue?.(media),
      paced: (late) => options.paced?.(late),
    });
  }

  /** Starts the media clock. Until then replies and pictures wait. */
  start(): void {
    if (this.#zero !== null || this.#disposed) return;
    this.#zero = this.#options.clock.now();
    this.#work();
  }

  /**
   * Queues sound of a reply, mono at any rate from 8,000 to 48,000 Hz (the same for the whole reply). Resolves once
   * less than 2 s wait, or at `flush` or the end of the call.
   */
  push(turn: number, pcm: Float32Array, rate: number, last: boolean): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    const open = this.#replies.at(-1);
    const reply = open?.turn === turn && !open.complete ? open : createReply(turn);
    reply.append(pcm, rate, last);
    if (reply !== open) this.#replies.push(reply);
    if (this.#waiting() < FULL) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /**
   * Drops everything that has not been sent; 5 ms more fade out in the next packet, so that there is no click.
   *
   * @returns how many seconds of which turn were sent; null if no reply was there.
   */
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

  /** Falls silent within 5 ms, in mid-word if need be; nothing is lost. Does nothing when no reply sounds. */
  pause(): void {
    if (this.#paused || !this.#sounding) return;
    this.#paused = true;
    this.#fadeOut(this.#replies[0]);
  }

  /** Goes on where `pause` stopped. */
  resume(): void {
    this.#rising = this.#paused;
    this.#paused = false;
  }

  #fadeOut(reply: Reply): void {
    this.#tail = reply.take(FADE).map((sample, n) => sample * (1 - (n + 1) / FADE));
  }

  /** A picture the face has made; `media` as in the tick that asked for it. */
  picture(media: number, data: Uint8Array): void {
    if (!this.#disposed) this.#pictures.arrived(media, data, this.#now());
    this.#schedule();
  }

  /** A look instead of a picture; `media` as in the tick that asked for it. */
  look(media: number, data: Uint8Array): void {
    if (this.#disposed) return;
    this.#pictures.looked(media, this.#now());
    this.#options.sendLook(data, media);
    this.#schedule();
  }

  /** The next tick asks for a picture that stands for itself. */
  wantKey(): void {
    this.#pictures.wantKey();
  }

  get stats(): OutboundStats {
    return {
      underruns: this.#underruns,
      skippedPackets: this.#skipped,
      pictures: { ...this.#pictures.stats },
      buffered: this.#waiting() * 1000 / RATE,
      lateness: this.#lateness.read(),
    };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.cancel();
    this.#timer = null;
    this.#replies = [];
    this.#release();
  }

  /** Media time in milliseconds; before the start it stands still. */
  #now(): number {
    return this.#zero === null ? -Infinity : this.#options.clock.now() - this.#zero;
  }

  #waiting(): number {
    return this.#replies.reduce((sum, reply) => sum + reply.waiting, 0);
  }

  #release(): void {
    if (this.#waiting() >= FULL) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  #schedule(): void {
    if (this.#zero === null || this.#disposed) return;
    this.#timer?.cancel();
    const due = Math.min(this.#packet * PACKET, this.#pictures.next());
    this.#timer = this.#options.clock.setTimer(Math.max(0, due - this.#now()), () => this.#work());
  }

  #work(): void {
    if (this.#disposed) return;
    const now = this.#now();
    if (now - this.#packet * PACKET > BURST) {
      const present = Math.floor(now / PACKET);
      this.#skipped += present - this.#packet;
      this.#packet = present;
    }
    while (this.#packet * PACKET <= now) this.#sendPacket(now);
    this.#pictures.work(now);
    this.#schedule();
  }

  #sendPacket(now: number): void {
    const { encodeOpus, sendAudio } = this.#options;
    const media = this.#packet * PACKET;
    this.#lateness.note(now - media);
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
    this.#packet++;
    sendAudio(encodeOpus(pcm), media);
    if (reply) this.#report(reply);
    this.#release();
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

  #ask(media: number, key: boolean): void {
    const position = this.#positionAt(media);
    const turn = position < 0 ? this.#turn : this.#replies[0].turn;
    this.#options.tick({ media, turn, position, key });
  }

  /** Which second of the running reply will be heard at that media time; -1 when none will. */
  #positionAt(media: number): number {
    const [reply] = this.#replies;
    if (!reply || this.#paused || (!this.#sounding && !this.#isReady(reply))) return -1;
    const position = reply.sent / RATE + (media - this.#packet * PACKET) / 1000;
    const end = (reply.sent + reply.waiting) / RATE;
    if (position < 0 || (reply.complete && position >= end)) return -1;
    // While the sound is late the mouth waits for it.
    return this.#starved ? Math.min(position, end) : position;
  }
}
