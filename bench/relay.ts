/** A bad network: every datagram between browser and server goes through here, is lost or is late, by a seeded chance. */
import { createSocket, type Socket } from "node:dgram";
import { createRandom } from "../src/face/random.ts";

export interface RelayOptions {
  /** Share of datagrams that never arrive, 0 to 1. */
  loss: number;
  /** Milliseconds: each datagram is late by anything from none to this. */
  jitter: number;
  seed: number;
}

export interface Relay extends Disposable {
  /** Where the browser is to send to instead. */
  readonly port: number;
  readonly counts: { passed: number; lost: number };
}

/** Addresses of one browser; more are not served. */
const MOST = 16;

/** Listens on 127.0.0.1 for what is meant for `host:port`. */
export async function openRelay(host: string, port: number, options: RelayOptions): Promise<Relay> {
  const random = createRandom(options.seed);
  const counts = { passed: 0, lost: 0 };
  const timers = new Set<ReturnType<typeof setTimeout>>();
  /** One socket to the server for each of the browser's, so that answers find their way back. */
  const upstream = new Map<string, Socket>();
  const later = (send: () => void) => {
    if (random() < options.loss) {
      counts.lost++;
      return;
    }
    counts.passed++;
    const timer = setTimeout(() => {
      timers.delete(timer);
      send();
    }, random() * options.jitter);
    timers.add(timer);
  };
  const front = createSocket("udp4");
  const upstreamOf = (peer: { address: string; port: number }) => {
    const key = `${peer.address}:${peer.port}`;
    const known = upstream.get(key);
    if (known || upstream.size >= MOST) return known;
    const socket = createSocket("udp4");
    socket.on("message", (data) => later(() => front.send(data, peer.port, peer.address)));
    upstream.set(key, socket);
    return socket;
  };
  front.on("message", (data, peer) => {
    const socket = upstreamOf(peer);
    if (socket) later(() => socket.send(data, port, host));
  });
  await new Promise<void>((resolve) => front.bind(0, "127.0.0.1", resolve));
  return {
    port: front.address().port,
    counts,
    [Symbol.dispose]() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of [front, ...upstream.values()]) socket.close();
    },
  };
}
