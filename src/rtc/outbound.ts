/**
 * The pacer: it owns the call's media clock and says when each packet of sound and each picture leaves.
 *
 * Packet n of sound is due at 20 n milliseconds, picture k belongs to k * 1000 / fps and leaves a little later, counted
 * from `start` on an absolute clock, so nothing drifts. After a stall it goes on at the present time instead of sending
 * everything at once.
 */
import { createLateness } from "./lateness.ts";
import { createPictures, type Pictures } from "./pictures.ts";
import { PACKET, Playout, type PlayoutOptions } from "./playout.ts";

export interface Timer {
  cancel(): void;
}

export interface OutboundOptions extends PlayoutOptions {
  /** Pictures per second; 0 when there is no face. */
  fps: number;
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

/** Milliseconds behind time that are made up by sending at once; the browser's jitter buffer bears that much. */
const BURST = 3 * PACKET;

export class Outbound implements Disposable {
  readonly #options: OutboundOptions;
  readonly #pictures: Pictures;
  readonly #playout: Playout;
  readonly #lateness = createLateness();
  /** Index of the next packet of sound. */
  #packet = 0;
  #zero: number | null = null;
  #timer: Timer | null = null;
  #disposed = false;
  #skipped = 0;

  constructor(options: OutboundOptions) {
    this.#options = options;
    this.#playout = new Playout(options);
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
    return this.#playout.push(turn, pcm, rate, last);
  }

  /**
   * Drops everything that has not been sent; 5 ms more fade out in the next packet, so that there is no click.
   *
   * @returns how many seconds of which turn were sent; null if no reply was there.
   */
  flush(): { turn: number; seconds: number } | null {
    return this.#playout.flush();
  }

  /** Falls silent within 5 ms, in mid-word if need be; nothing is lost. Does nothing when no reply sounds. */
  pause(): void {
    this.#playout.pause();
  }

  /** Goes on where `pause` stopped. */
  resume(): void {
    this.#playout.resume();
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
      underruns: this.#playout.underruns,
      skippedPackets: this.#skipped,
      pictures: { ...this.#pictures.stats },
      buffered: this.#playout.buffered,
      lateness: this.#lateness.read(),
    };
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#timer?.cancel();
    this.#timer = null;
    this.#playout[Symbol.dispose]();
  }

  /** Media time in milliseconds; before the start it stands still. */
  #now(): number {
    return this.#zero === null ? -Infinity : this.#options.clock.now() - this.#zero;
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
    this.#playout.next((pcm) => {
      this.#packet++;
      sendAudio(encodeOpus(pcm), media);
    });
  }

  #ask(media: number, key: boolean): void {
    const { turn, position } = this.#playout.at(media - this.#packet * PACKET);
    this.#options.tick({ media, turn, position, key });
  }
}
