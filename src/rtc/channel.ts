/**
 * The data channels, opened by the page: "call" is JSON both ways, and pictures of its camera as bytes; "looks" is what a
 * page that draws the face is to draw, one way, unordered.
 */
import { Buffer } from "node:buffer";
import type { RTCDataChannel, RTCPeerConnection } from "werift";
import type { Log } from "../engine/handler.ts";
import { jpegSize, type Size } from "./jpeg.ts";
import { readMessage } from "./messages.ts";
import type { ClientMessage, ServerMessage } from "./signalling.ts";

export interface Channel {
  /** Kept until the channel is open; dropped when the page does not take them off our hands. */
  send(message: ServerMessage): void;
  /** Dropped while the channel is not open, or too much waits in it: the next look will do. */
  sendLook(data: Uint8Array): void;
}

/** JPEG. */
export type CameraPicture = Size & { data: Uint8Array<ArrayBuffer> };

export interface ChannelEvents {
  message(message: ClientMessage): void;
  camera(picture: CameraPicture): void;
}

const LABEL = "call";
const LOOKS = "looks";
/** Bytes of looks that may wait: half a second of them. */
const LOOKS_BACKLOG = 2048;
/** Messages that wait for the channel to open. */
const WAITING = 64;
/** Bytes that may wait in the channel. */
const BACKLOG = 1024 * 1024;

export function createChannel(
  connection: RTCPeerConnection,
  events: ChannelEvents,
  log: Log,
): Channel {
  let channel: RTCDataChannel | null = null;
  let looks: RTCDataChannel | null = null;
  let warned = false;
  const waiting: string[] = [];

  const flush = () => {
    while (channel?.readyState === "open" && waiting.length > 0) channel.send(waiting.shift()!);
  };
  const act = (data: string | Uint8Array): string | undefined => {
    if (typeof data === "string") {
      const message = readMessage(data);
      return typeof message === "string" ? message : void events.message(message);
    }
    const size = jpegSize(data);
    // A copy: the bytes go to another thread, and these are part of a buffer of the network's.
    return typeof size === "string" ? size : void events.camera({ ...size, data: new Uint8Array(data) });
  };
  const read = (data: string | Uint8Array) => {
    const message = act(data);
    if (message === undefined) return;
    if (!warned) log.warn(`A message of the page is dropped, and so will be others like it: ${message}`);
    warned = true;
  };
  connection.onDataChannel.subscribe((opened) => {
    if (opened.label === LOOKS && !looks) return void (looks = opened);
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
    sendLook(data) {
      if (looks?.readyState !== "open" || looks.bufferedAmount > LOOKS_BACKLOG) return;
      looks.send(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    },
  };
}
