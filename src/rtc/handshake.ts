/** The order of DTLS handshake messages on the server's side (RFC 6347, 4.2.2 to 4.2.4). */
import type { HandshakeMessage, HandshakeMessageType, Socket } from "./internals.ts";
import { createProof } from "./proof.ts";

/** Types of messages (RFC 5246, 7.4). */
const CLIENT_HELLO = 1;
const FINISHED = 20;

/** Our flights as werift counts them. */
const SERVER_HELLO_FLIGHT = 4;
const FINISHED_FLIGHT = 6;

/** A repeated flight of the browser is answered by repeating ours, but not more often than this (milliseconds). */
const PAUSE = 40;
/** Messages that may come before the one that is waited for; a handshake has fewer. */
const AHEAD = 8;

/**
 * Hands handshake messages to werift in order, each once and alone; a repeat only makes us repeat our last flight.
 *
 * werift handles whatever comes when it comes: a repeated ClientKeyExchange makes a new master secret, and messages of
 * one datagram are sorted by type, which changes the transcript that the extended master secret (RFC 7627) and both
 * "Finished" are made from.
 */
export function orderHandshake(socket: Socket): void {
  const fragments = new Map<number, HandshakeMessage[]>();
  const prove = createProof(socket);
  let next = 0;
  let hello: HandshakeMessage | null = null;
  let repeated = -Infinity;
  let refused = false;

  const fail = (error: Error) => {
    refused = true;
    socket.onError.execute(error);
  };
  const deliver = (message: HandshakeMessage) => {
    try {
      prove(message);
    } catch (error) {
      return fail(error as Error);
    }
    socket.onHandleHandshakes([message]).catch(fail);
  };
  const repeat = (message: HandshakeMessage) => {
    const { flight, lastMessage } = socket.dtls;
    // The request for a cookie was lost. (The hello itself can come in fragments: one answer is enough.)
    if (flight < SERVER_HELLO_FLIGHT && message.msg_type === CLIENT_HELLO) {
      if (message.fragment_offset === 0 && hello) deliver(hello);
      return;
    }
    const lost = (flight === SERVER_HELLO_FLIGHT && message.msg_type === CLIENT_HELLO) ||
      (flight === FINISHED_FLIGHT && message.msg_type === FINISHED);
    if (!lost || performance.now() - repeated < PAUSE) return;
    repeated = performance.now();
    for (const datagram of lastMessage) socket.transport.send(datagram);
  };
  const keep = (message: HandshakeMessage) => {
    // Once connected nothing new is due; a new hello would make werift throw the keys away.
    if (socket.connected || message.message_seq > next + AHEAD) return;
    const parts = fragments.get(message.message_seq) ?? [];
    if (!parts.some((part) => part.fragment_offset === message.fragment_offset)) parts.push(message);
    fragments.set(message.message_seq, parts);
  };
  /** The next message, if all of it is there. */
  const take = (): HandshakeMessage | null => {
    const parts = fragments.get(next);
    if (!parts) return null;
    const size = parts.reduce((sum, part) => sum + part.fragment_length, 0);
    if (size < parts[0].length) return null;
    fragments.delete(next++);
    return (parts[0].constructor as unknown as HandshakeMessageType).assemble(parts);
  };

  socket.handleFragmentHandshake = (received) => {
    for (const message of received) {
      if (message.message_seq < next) repeat(message);
      else keep(message);
    }
    for (let message; !refused && (message = take());) {
      if (message.msg_type === CLIENT_HELLO) hello ??= message;
      deliver(message);
    }
    // Nothing is left for werift's own handling of fragments.
    return [];
  };
}
