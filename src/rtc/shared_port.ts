/**
 * One UDP port for all calls. Whose a datagram is: a STUN request names the call in its user name (RFC 8445, 7.2.2),
 * what follows from that address belongs to the same call, and a STUN response is taken by whoever asked.
 */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:dgram";
import type { Address } from "./internals.ts";
import { bind, closeSocket, openTransport, type Ports, type Transport } from "./udp.ts";

const HEADER = 20;
const USERNAME = 0x0006;
/** A browser has a handful of addresses; the oldest are forgotten first. */
const MOST_ADDRESSES = 32;

/** STUN begins with two zero bits and carries this in bytes 4 to 7 (RFC 8489, section 5). */
const isStun = (datagram: Buffer) =>
  datagram.length >= HEADER && datagram[0] < 64 && datagram.readUInt32BE(4) === 0x2112a442;

/** Both class bits are zero (RFC 8489, figure 3). */
const isRequest = (datagram: Buffer) => (datagram[0] & 0x01) === 0 && (datagram[1] & 0x10) === 0;

/** The receiver's part of a STUN request's user name, or null. */
export function userOf(datagram: Buffer): string | null {
  for (let at = HEADER; at + 4 <= datagram.length;) {
    const length = datagram.readUInt16BE(at + 2);
    if (datagram.readUInt16BE(at) === USERNAME) {
      return datagram.toString("utf8", at + 4, at + 4 + length).split(":")[0];
    }
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return null;
}

async function bindShared(port: number): Promise<Socket> {
  try {
    return await bind(port);
  } catch (error) {
    throw new Error(
      `UDP port ${port} cannot be used: ${(error as Error).message}. Choose another "service.rtc.udp_ports".`,
    );
  }
}

/** @throws {Error} with one line when the port is taken. */
export async function createSharedPort(port: number): Promise<Ports> {
  const socket = await bindShared(port);
  const users = new Map<string, Transport>();
  const addresses = new Map<string, Transport>();

  const remember = (key: string, transport: Transport) => {
    if (addresses.get(key) === transport) return;
    const known = [...addresses].filter(([, each]) => each === transport);
    if (known.length >= MOST_ADDRESSES) addresses.delete(known[0][0]);
    addresses.set(key, transport);
  };
  const receive = (datagram: Buffer, from: Address) => {
    const key = `${from[0]}:${from[1]}`;
    if (!isStun(datagram)) return addresses.get(key)?.onData(datagram, from);
    if (!isRequest(datagram)) {
      for (const transport of users.values()) transport.onData(datagram, from);
      return;
    }
    const transport = users.get(userOf(datagram) ?? "");
    if (!transport) return;
    remember(key, transport);
    transport.onData(datagram, from);
  };
  socket.on("message", (datagram, { address, port }) => receive(datagram, [address, port]));

  const open = (ufrag: string): Transport => {
    const transport = openTransport(socket, () => {
      users.delete(ufrag);
      for (const [key, each] of addresses) if (each === transport) addresses.delete(key);
      return Promise.resolve();
    });
    users.set(ufrag, transport);
    return transport;
  };
  return {
    open: (ufrag) => Promise.resolve(open(ufrag)),
    [Symbol.asyncDispose]: () => closeSocket(socket),
  };
}
