/** The data channel "call": JSON both ways, opened by the page. */
import type { RTCDataChannel, RTCPeerConnection } from "werift";
import type { Log } from "../engine/handler.ts";
import { readMessage } from "./messages.ts";
import type { ClientMessage, ServerMessage } from "./signalling.ts";

export interface Channel {
  /** Kept until the channel is open; dropped when the page does not take them off our hands. */
  send(message: ServerMessage): void;
}

const LABEL = "call";
/** Messages that wait for the channel to open. */
const WAITING = 64;
/** Bytes that may wait in the channel. */
const BACKLOG = 1024 * 1024;

export function createChannel(
  connection: RTCPeerConnection,
  receive: (message: ClientMessage) => void,
  log: Log,
): Channel {
  let channel: RTCDataChannel | null = null;
  let warned = false;
  const waiting: string[] = [];

  const flush = () => {
    while (channel?.readyState === "open" && waiting.length > 0) channel.send(waiting.shift()!);
  };
  const read = (data: string | Uint8Array) => {
    const message = readMessage(data);
    if (typeof message !== "string") return receive(message);
    if (!warned) log.warn(`A message of the page is dropped, and so will be others like it: ${message}`);
    warned = true;
  };
  connection.onDataChannel.subscribe((opened) => {
    if (opened.label !== LABEL || channel) return opened.close();
    channel = opened;
    channel.onMessage.subscribe(read);
    channel.stateChanged.subscribe(flush);
    flush();
  });

  return {
    send(message) {
      if (waiting.length >= WAITING || (channel?.bufferedAmount ?? 0) > BACKLOG) return;
      waiting.push(JSON.stringify(message));
      flush();
    },
  };
}
