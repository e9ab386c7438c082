/** UDP as werift needs it: one transport for each call, whatever socket is below it. */
import type { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import type { Address } from "./internals.ts";

/** What werift sends and receives through. */
export interface Transport {
  readonly type: "udp";
  readonly addressFamily: 4;
  readonly address: { address: string; port: number };
  closed: boolean;
  onData(datagram: Buffer, from: Address): void;
  send(datagram: Buffer, to: Address): Promise<void>;
  close(): Promise<void>;
}

export interface Ports extends AsyncDisposable {
  /**
   * A call's way to the network, on all addresses of this machine.
   *
   * @param ufrag the call's ICE user name, by which a shared port knows whose a datagram is.
   * @throws {Error} with one line when no port is free.
   */
  open(ufrag: string): Promise<Transport>;
}

/** Binds to all IPv4 addresses; 0 takes any port. Errors of a later send are nothing: the datagram counts as lost. */
export function bind(port: number): Promise<Socket> {
  const socket = createSocket("udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.once("listening", () => {
      socket.removeAllListeners("error");
      socket.on("error", () => {});
      resolve(socket);
    });
    socket.bind(port, "0.0.0.0");
  });
}

/**
 * A call's transport over a socket; who listens to the socket hands its datagrams to `onData`.
 *
 * @param leave what ends with the call; called once.
 */
export function openTransport(socket: Socket, leave: () => Promise<void>): Transport {
  const transport: Transport = {
    type: "udp",
    addressFamily: 4,
    address: socket.address(),
    closed: false,
    onData() {},
    send(datagram, [host, port]) {
      if (!transport.closed) socket.send(datagram, port, host);
      return Promise.resolve();
    },
    async close() {
      if (transport.closed) return;
      transport.closed = true;
      await leave();
    },
  };
  return transport;
}

export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
