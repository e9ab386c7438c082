/** Outgoing RTP of one sound or picture track (RFC 3550), on the call's media clock. */
import { Buffer } from "node:buffer";
import { H264Packetizer, type RTCRtpSender, RtpHeader, RtpPacket, Vp8Packetizer } from "werift";
import type { VideoCodec } from "./codecs.ts";

export interface Stream {
  /** RTP timestamp of media time 0. */
  readonly zero: number;
  /** `media`: milliseconds of media time. Nothing happens before the connection is up. */
  send(data: Uint8Array, media: number): void;
}

/** Ties media time to the wall clock, for both tracks of a call alike. */
export interface Anchor {
  /** NTP time (32.32 bits) of a media time in milliseconds. */
  ntp(media: number): bigint;
}

/** Seconds from 1900 to 1970. */
const NTP_EPOCH = 2_208_988_800;

/** Fixed by the first packet: media time runs on with the wall clock from there. */
export function createAnchor(wall: () => number): Anchor {
  let zero: number | null = null;
  return {
    ntp(media) {
      zero ??= wall() - media;
      const seconds = (zero + media) / 1000 + NTP_EPOCH;
      const whole = Math.floor(seconds);
      return (BigInt(whole) << 32n) | BigInt(Math.floor((seconds - whole) * 2 ** 32));
    },
  };
}

/** Splits one picture or sound packet into RTP packets with that timestamp. */
type Packetize = (data: Buffer, timestamp: number) => RtpPacket[];

/** RFC 7587: a whole Opus packet in each RTP packet; the marker starts a talkspurt, and there is only one. */
function opusPacketizer(): Packetize {
  let sequenceNumber = random(16);
  let marker = true;
  return (data, timestamp) => {
    const packet = new RtpPacket(new RtpHeader({ sequenceNumber, timestamp, marker }), data);
    sequenceNumber = (sequenceNumber + 1) & 0xffff;
    marker = false;
    return [packet];
  };
}

function random(bits: 16 | 32): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] >>> (32 - bits);
}

/**
 * @param rate ticks of the RTP timestamp in a second.
 *
 * Lip sync: sender reports say which wall time a timestamp has. werift takes the time at which the last packet was
 * sent, and a picture that came late would then shift all pictures. Here the report is given the time at which it was
 * due, so that sound and picture hang on one clock.
 */
function createStream(sender: RTCRtpSender, rate: number, packetize: Packetize, anchor: Anchor): Stream {
  const base = random(32);
  const report = sender as unknown as { ntpTimestamp: bigint };
  return {
    zero: base,
    send(data, media) {
      const timestamp = (base + Math.round(media * rate / 1000)) % 2 ** 32;
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      for (const packet of packetize(bytes, timestamp)) {
        // Never rejects: failures to send are werift's to log, the network may lose a packet anyway.
        void sender.sendRtp(packet);
        report.ntpTimestamp = anchor.ntp(media);
      }
    },
  };
}

/** Takes Opus packets of 20 ms. */
export function soundStream(sender: RTCRtpSender, anchor: Anchor): Stream {
  return createStream(sender, 48_000, opusPacketizer(), anchor);
}

/** Takes H.264 pictures with start codes (Annex B) or VP8 frames. */
export function pictureStream(sender: RTCRtpSender, codec: VideoCodec, anchor: Anchor): Stream {
  const packetizer = codec === "h264" ? new H264Packetizer({ inputFormat: "annexb" }) : new Vp8Packetizer();
  return createStream(sender, 90_000, (data, timestamp) => packetizer.packetize(data, timestamp), anchor);
}
