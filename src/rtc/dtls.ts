/**
 * Mends the DTLS 1.2 of werift 0.25.2 (RFC 6347, RFC 5246). Unmended, about one connection in twenty-five never comes
 * to life in Deno: Chromium repeats its last flight when the answer is late; werift then handles "Finished" while the
 * repeat is still under way, computes a second master secret over the first, calls itself connected, and nothing can
 * be decrypted ever after. Four things are changed, each explained where it is done:
 *
 * 1. every DTLS datagram is handled in a macrotask of its own (`isolateDatagrams`);
 * 2. no record number is sent twice (`records.ts`);
 * 3. handshake messages are handled in order and once (`handshake.ts`);
 * 4. the browser's signature and "Finished" are verified (`proof.ts`), without which the certificate's fingerprint in
 *    the offer would prove nothing about who holds the keys.
 *
 * All of it is about the DTLS server (the passive side), which we always are, see `peer.ts`.
 */
import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";
import { CipherContext, DtlsSocket, StunProtocol } from "werift";
import { orderHandshake } from "./handshake.ts";
import type { Socket, Stun } from "./internals.ts";
import { numberRecords } from "./records.ts";

const VERSION = "0.25.2";
/** werift's name for the passive side. */
const SERVER = 2;

/**
 * Deno hands the next datagram over one or two microtasks after the one before, werift's handling takes more; Node
 * empties the microtask queue first. So each DTLS datagram (first byte 20 to 63, RFC 7983) gets a macrotask of its
 * own. STUN and media are left alone: they are handled at once and synchronously.
 */
function isolateDatagrams(stun: Stun): void {
  const receive = stun.datagramReceived;
  stun.datagramReceived = function (datagram, address) {
    if (datagram[0] < 20 || datagram[0] > 63) return receive.call(this, datagram, address);
    // The buffer may be used again for the next datagram.
    const copy = Buffer.from(datagram);
    setImmediate(() => receive.call(this, copy, address));
  };
}

/** The installed version as the import map names it; null where that cannot be told. */
function installed(): string | null {
  return /werift@(\d+\.\d+\.\d+)/.exec(import.meta.resolve("werift"))?.[1] ?? null;
}

let hardened = false;

/**
 * Patches werift for the whole process; call it before the first connection. Does nothing the second time.
 *
 * @throws {Error} if another version of werift is installed or it lacks what is patched.
 */
export function hardenDtls(): void {
  if (hardened) return;
  const stun = StunProtocol.prototype as unknown as Stun;
  const socket = DtlsSocket.prototype as unknown as Socket;
  const patched = [
    stun.datagramReceived,
    socket.setupExtensions,
    socket.handleFragmentHandshake,
    CipherContext.prototype.encryptPacket,
    CipherContext.prototype.verifyData,
  ];
  const version = installed();
  if ((version ?? VERSION) !== VERSION || patched.some((member) => typeof member !== "function")) {
    throw new Error(
      `The DTLS patches are made for werift ${VERSION}, but ${version ?? "another"} is installed`,
    );
  }
  hardened = true;
  isolateDatagrams(stun);
  // The last method that the socket's constructor calls: by then everything that is replaced exists.
  const setupExtensions = socket.setupExtensions;
  socket.setupExtensions = function () {
    setupExtensions.call(this);
    if (this.sessionType !== SERVER) return;
    numberRecords(this);
    orderHandshake(this);
  };
}
