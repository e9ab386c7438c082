/** Record numbers of DTLS 1.2 (RFC 6347, 4.1). */
import { Buffer } from "node:buffer";
import type { Plaintext, PlaintextType, Socket } from "./internals.ts";

/** Content type of handshake records (RFC 5246, 6.2.1). */
const HANDSHAKE = 22;
/** Type 1, version 2, epoch 2, number 6, length 2. */
const HEADER = 13;
const EPOCH = 3;
const NUMBER = 5;
const LENGTH = 11;

/**
 * Numbers what a socket sends itself, so that no number is used twice.
 *
 * werift numbers all records of a flight alike, sends repeats under their old numbers, and starts application data at
 * a number that "Finished" already had. The browser's replay window drops the second record of a number (a data
 * channel then hiccups for a second), and under AES-GCM the number is the nonce, which must never come back.
 */
export function numberRecords(socket: Socket): void {
  let plain = 0;
  let secret = 0;
  /** Our "Finished" before encryption: the only encrypted record that is ever repeated. */
  let finished: (() => Plaintext) | null = null;
  let finishedSent = false;

  const encrypt = socket.cipher.encryptPacket;
  socket.cipher.encryptPacket = function (packet) {
    if (packet.recordLayerHeader.contentType === HANDSHAKE && !finished) {
      const header = { ...packet.recordLayerHeader };
      const fragment = Buffer.from(packet.fragment);
      const Type = packet.constructor as unknown as PlaintextType;
      finished = () => new Type({ ...header, contentLen: fragment.length }, Buffer.from(fragment));
    }
    packet.recordLayerHeader.sequenceNumber = secret++;
    return encrypt.call(this, packet);
  };

  const renumber = (datagram: Buffer) => {
    const copy = Buffer.from(datagram);
    for (let at = 0; at + HEADER <= copy.length; at += HEADER + copy.readUInt16BE(at + LENGTH)) {
      copy.writeUIntBE(plain++, at + NUMBER, 6);
    }
    return copy;
  };
  const fresh = (datagram: Buffer) => {
    if (datagram.readUInt16BE(EPOCH) === 0) return renumber(datagram);
    if (datagram[0] !== HANDSHAKE) return datagram;
    if (finishedSent && finished) return socket.cipher.encryptPacket(finished()).serialize();
    finishedSent = true;
    return datagram;
  };
  const send = socket.transport.send;
  socket.transport.send = (datagram, address) => send(fresh(datagram), address);
}
