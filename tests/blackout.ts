/** A network that swallows all outgoing video for a while, retransmissions too. */
import { RTCDtlsTransport } from "werift";

/** The payload type of Opus in every Chromium's offer. */
const SOUND = 111;

/**
 * Swallows the video of every connection of this process.
 *
 * @param ms how long.
 * @returns when it ended, by `performance.now()`.
 */
export async function blackout(ms: number): Promise<number> {
  const sendRtp = RTCDtlsTransport.prototype.sendRtp;
  RTCDtlsTransport.prototype.sendRtp = function (payload, header) {
    return header.payloadType === SOUND ? sendRtp.call(this, payload, header) : Promise.resolve(0);
  };
  try {
    await new Promise((resolve) => setTimeout(resolve, ms));
  } finally {
    RTCDtlsTransport.prototype.sendRtp = sendRtp;
  }
  return performance.now();
}
