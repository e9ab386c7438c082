/**
 * Tells when the browser cannot go on decoding: picture loss indications (RFC 4585, 6.3.1), full intra requests
 * (RFC 5104, 4.3.1), and lost packets that are asked for again and again (RFC 4585, 6.2.1).
 *
 * werift looks the sender of a loss indication up by the wrong source as soon as the browser sends a microphone, so
 * its own event never fires; therefore these packets are read where they arrive.
 */

/** As much of a received RTCP packet as is read here. */
export interface ControlPacket {
  type: number;
  feedback?: {
    count: number;
    /** Payload-specific feedback names the source here (FIR: in each entry of `fir`), generic NACK in the next one. */
    mediaSsrc?: number;
    mediaSourceSsrc?: number;
    lost?: number[];
    fir?: { ssrc: number }[];
  };
}

export interface Feedback {
  receive(packet: ControlPacket): void;
  readonly stats: { pictureLoss: number; intraRequests: number; nacked: number; keyframes: number };
}

const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
const NACK = 1;
const PICTURE_LOSS = 1;
const INTRA_REQUEST = 4;

/** Keyframes are large: at most one is asked for in this many milliseconds. */
const QUIET = 300;
/** A packet asked for this often will not come any more. */
const REPEATED = 3;
/** More lost packets than this at once (about 0.2 s): a keyframe is sooner there than all of them sent again. */
const BURST = 24;
/** Lost packets whose requests are counted. */
const COUNTED = 256;

/**
 * @param ssrc of the outgoing video.
 * @param now milliseconds.
 * @param keyframeWanted called at most once in 300 ms.
 */
export function createFeedback(ssrc: number, now: () => number, keyframeWanted: () => void): Feedback {
  const stats = { pictureLoss: 0, intraRequests: 0, nacked: 0, keyframes: 0 };
  const asked = new Map<number, number>();
  let last = -Infinity;

  const want = () => {
    asked.clear();
    if (now() - last < QUIET) return;
    last = now();
    stats.keyframes++;
    keyframeWanted();
  };
  const nack = (lost: number[]) => {
    stats.nacked += lost.length;
    let hopeless = lost.length > BURST;
    for (const sequence of lost) {
      const times = (asked.get(sequence) ?? 0) + 1;
      asked.set(sequence, times);
      hopeless ||= times >= REPEATED;
      if (asked.size > COUNTED) asked.delete(asked.keys().next().value!);
    }
    if (hopeless) want();
  };

  return {
    stats,
    receive({ type, feedback }) {
      if (!feedback) return;
      if (type === TRANSPORT_FEEDBACK && feedback.count === NACK && feedback.mediaSourceSsrc === ssrc) {
        nack(feedback.lost ?? []);
      } else if (
        type === PAYLOAD_FEEDBACK && feedback.count === PICTURE_LOSS && feedback.mediaSsrc === ssrc
      ) {
        stats.pictureLoss++;
        want();
      } else if (type === PAYLOAD_FEEDBACK && feedback.count === INTRA_REQUEST) {
        if (!feedback.fir?.some((request) => request.ssrc === ssrc)) return;
        stats.intraRequests++;
        want();
      }
    },
  };
}
