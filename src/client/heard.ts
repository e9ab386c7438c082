/** Which moment of a call is being heard: media time, by the sound's RTP timestamps. */

export interface Heard {
  /** Milliseconds of media time at `now` (`performance.now()`); null before any sound. */
  at(now: number): number | null;
}

/** The sound that the browser handed on last, as `RTCRtpReceiver.getSynchronizationSources` tells it. */
export type Source = Pick<RTCRtpSynchronizationSource, "rtpTimestamp" | "timestamp">;

/** Ticks of Opus timestamps in a millisecond (RFC 7587). */
const TICKS = 48;
/** Share of a new reading: browsers count in steps of ten milliseconds. */
const SHARE = 0.05;
/** Milliseconds; a greater difference is a jump and no jitter. */
const JUMP = 80;
/** A clock that is further off, milliseconds, is not the one that the standard names. */
const ODD = 5_000;

/**
 * @param zero RTP timestamp of media time 0
 * @param origin `performance.timeOrigin`
 * @param delay milliseconds from there to the ear
 */
export function createHeard(
  zero: number,
  origin: number,
  read: () => Source | undefined,
  delay: () => number,
): Heard {
  let offset: number | null = null;
  return {
    at(now) {
      const source = read();
      if (source) {
        const age = origin + now - source.timestamp;
        const played = ((source.rtpTimestamp - zero) >>> 0) / TICKS + (Math.abs(age) < ODD ? age : 0);
        const media = played - delay();
        const difference = media - now - (offset ?? 0);
        offset = offset === null || Math.abs(difference) > JUMP ? media - now : offset + difference * SHARE;
      }
      return offset === null ? null : now + offset;
    },
  };
}
