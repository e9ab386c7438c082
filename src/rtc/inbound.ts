/** The caller's microphone: Opus packets in whatever order the network has them → an unbroken run of samples. */
import type { OpusDecoder } from "./opus.ts";

/** One RTP packet of the microphone. */
export interface MicPacket {
  /** 16 bits, wraps. */
  sequence: number;
  /** 48 kHz, 32 bits, wraps. */
  timestamp: number;
  payload: Uint8Array;
}

/**
 * Samples at 16 kHz in each run that is handed on: the 32 ms that voice activity is told from at once. Packets of 20 ms
 * would wake its worker more often and tell it nothing sooner.
 */
export const RUN = 512;
/** So many packets wait for a missing one before it is given up: 60 ms of patience. */
const PATIENCE = 3;
/** Lost frames that are guessed by the decoder; after that its guess has faded to noise and silence is better. */
const GUESSED = 5;
/** The longest gap that is filled, in RTP ticks (1 s): after a longer one the clock simply starts anew. */
const LONGEST_GAP = 48_000;
/** A step back or ahead in the sequence that no reordering explains: the sender has started over. */
const RESTART = 500;
const TICKS_PER_SAMPLE = 3;

export interface Inbound extends Disposable {
  push(packet: MicPacket): void;
  readonly stats: { received: number; late: number; lost: number; damaged: number };
}

/** `to - from` of counters that wrap at 2^bits, as a signed number. */
function distance(from: number, to: number, bits: 16 | 32): number {
  const shift = 32 - bits;
  return ((to - from) << shift) >> shift;
}

/**
 * Puts packets in order (a jitter buffer of at most three packets, keyed by sequence number), decodes them and
 * conceals what is missing, so that one second of the caller's time is always 16,000 samples.
 *
 * @param mic gets runs of `length` samples, 16 kHz mono.
 */
export function createInbound(
  decoder: OpusDecoder,
  mic: (pcm: Float32Array<ArrayBuffer>) => void,
  length = RUN,
): Inbound {
  const stats = { received: 0, late: 0, lost: 0, damaged: 0 };
  const waiting = new Map<number, MicPacket>();
  let next = -1;
  /** RTP time right after the last sample that was handed on; null before the first. */
  let clock: number | null = null;
  let run = new Float32Array(length);
  let filled = 0;

  const emit = (pcm: Float32Array) => {
    for (let at = 0; at < pcm.length;) {
      const part = pcm.subarray(at, at + length - filled);
      run.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < length) return;
      const whole = run;
      run = new Float32Array(length);
      filled = 0;
      mic(whole);
    }
  };
  const fill = (ticks: number) => {
    let samples = Math.floor(ticks / TICKS_PER_SAMPLE);
    for (let guesses = 0; guesses < GUESSED && samples > 0; guesses++) {
      const guess = decoder.conceal().subarray(0, samples);
      emit(guess);
      samples -= guess.length;
    }
    if (samples > 0) emit(new Float32Array(samples));
  };
  const play = (packet: MicPacket) => {
    // Packets without payload only pad the connection.
    if (packet.payload.length === 0) return;
    const gap = clock === null ? 0 : distance(clock, packet.timestamp, 32);
    if (gap > 0 && gap <= LONGEST_GAP) fill(gap);
    let pcm: Float32Array;
    try {
      pcm = decoder.decode(packet.payload);
    } catch {
      stats.damaged++;
      pcm = decoder.conceal();
    }
    emit(pcm);
    clock = (packet.timestamp + pcm.length * TICKS_PER_SAMPLE) >>> 0;
  };
  const drain = () => {
    for (let packet; (packet = waiting.get(next)); next = (next + 1) & 0xffff) {
      waiting.delete(next);
      play(packet);
    }
  };
  const nearest = () =>
    [...waiting.keys()].reduce((best, sequence) =>
      distance(next, sequence, 16) < distance(next, best, 16) ? sequence : best
    );

  return {
    stats,
    push(packet) {
      stats.received++;
      if (next < 0) next = packet.sequence;
      let ahead = distance(next, packet.sequence, 16);
      if (Math.abs(ahead) > RESTART) {
        waiting.clear();
        next = packet.sequence;
        clock = null;
        ahead = 0;
      }
      if (ahead < 0 || waiting.has(packet.sequence)) {
        stats.late++;
        return;
      }
      waiting.set(packet.sequence, packet);
      drain();
      while (waiting.size >= PATIENCE) {
        const found = nearest();
        stats.lost += distance(next, found, 16);
        next = found;
        drain();
      }
    },
    [Symbol.dispose]() {
      waiting.clear();
      decoder[Symbol.dispose]();
    },
  };
}
