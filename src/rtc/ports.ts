/**
 * The UDP sockets of the calls. werift 0.25.2 could be given a range itself (`icePortRange`), but it looks for a port by
 * binding, closing and binding again, and it does not hear the second bind fail: two calls that begin together find the
 * same port, and the error that nobody catches ends the whole server. Here the bind that succeeds is the one that is kept.
 */
import type { Socket } from "node:dgram";
import { createSharedPort } from "./shared_port.ts";
import { bind, closeSocket, openTransport, type Ports, type Transport } from "./udp.ts";

export interface PortRange {
  min: number;
  max: number;
}

function ownSocket(socket: Socket): Transport {
  const transport = openTransport(socket, () => closeSocket(socket));
  socket.on("message", (datagram, { address, port }) => transport.onData(datagram, [address, port]));
  return transport;
}

const inUse = (error: unknown) => (error as { code?: string }).code === "EADDRINUSE";

/**
 * @param range null: any free port for each call; one port alone is shared by all calls.
 * @throws {Error} with one line when the shared port is taken.
 */
export async function openPorts(range: PortRange | null): Promise<Ports> {
  if (range && range.min === range.max) return await createSharedPort(range.min);
  // The port after the one used last: what a browser still sends to an ended call does not meet the next one.
  let last = -1;
  return {
    async open() {
      if (!range) return ownSocket(await bind(0));
      const count = range.max - range.min + 1;
      for (let step = 0; step < count; step++) {
        last = (last + 1) % count;
        try {
          return ownSocket(await bind(range.min + last));
        } catch (error) {
          if (!inUse(error)) throw error;
        }
      }
      throw new Error(
        `All UDP ports from ${range.min} to ${range.max} are in use. Each call needs one: widen "service.rtc.udp_ports".`,
      );
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
