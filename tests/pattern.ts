/**
 * A worker that stands in for the face: it draws a moving bar and encodes it with the real codecs, one encoder for each
 * open call, a keyframe whenever one is asked for.
 */
import { Buffer } from "node:buffer";
import { AV_LOG_ERROR, AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE, AV_PIX_FMT_YUV420P } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet, Rational } from "node-av/lib";
import type { VideoCodec } from "../src/rtc/codecs.ts";

export type PatternRequest =
  | { type: "open"; call: string; codec: VideoCodec }
  | { type: "draw"; call: string; media: number; key: boolean }
  | { type: "close"; call: string };

export type PatternReply =
  | { type: "ready" }
  | { type: "picture"; call: string; media: number; key: boolean; data: Uint8Array<ArrayBuffer> };

/** Width and height of the picture, pixels. */
const SIZE = 256;
const BAR = 32;

interface Encoder {
  context: CodecContext;
  frame: Frame;
  packet: Packet;
  drawn: number;
}

const check = FFmpegError.throwIfError;

/** Options are set one by one because opening with a dictionary corrupts the heap in node-av 6.1.1. */
function open(kind: VideoCodec): Encoder {
  const codec = Codec.findEncoderByName((kind === "vp8" ? "libvpx" : "libx264") as never)!;
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = context.height = SIZE;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, 1000);
  context.framerate = new Rational(25, 1);
  context.bitRate = 300_000n;
  context.gopSize = 100_000;
  context.maxBFrames = 0;
  context.threadCount = 1;
  const options = kind === "vp8"
    ? { "deadline": "realtime", "cpu-used": "-12", "lag-in-frames": "0", "error-resilient": "1" }
    : { "preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "forced-idr": "1" };
  for (const [name, value] of Object.entries(options)) check(context.setOption(name, value), name);
  check(context.open2Sync(codec, null), "open");
  const frame = new Frame();
  frame.alloc();
  frame.width = frame.height = SIZE;
  frame.format = AV_PIX_FMT_YUV420P as never;
  check(frame.getBuffer(), "frame");
  const packet = new Packet();
  packet.alloc();
  return { context, frame, packet, drawn: 0 };
}

/** A bright bar on grey, four pixels further with each picture. */
function paint(drawn: number): Buffer {
  const picture = Buffer.alloc(SIZE * SIZE * 3 / 2, 128);
  const start = (drawn * 4) % (SIZE - BAR);
  for (let row = 0; row < SIZE; row++) picture.fill(220, row * SIZE + start, row * SIZE + start + BAR);
  return picture;
}

function encode(
  encoder: Encoder,
  media: number,
  key: boolean,
): { data: Uint8Array<ArrayBuffer>; key: boolean } {
  const { context, frame, packet } = encoder;
  check(frame.makeWritable(), "frame");
  check(frame.fromBuffer(paint(encoder.drawn++)), "paint");
  frame.pts = BigInt(Math.round(media));
  frame.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  check(context.sendFrameSync(frame), "encode");
  check(context.receivePacketSync(packet), "encode");
  const picture = { data: new Uint8Array(packet.data!), key: packet.isKeyframe };
  packet.unref();
  return picture;
}

function close({ context, frame, packet }: Encoder): void {
  context.freeContext();
  frame.free();
  packet.free();
}

Log.setLevel(AV_LOG_ERROR);
const encoders = new Map<string, Encoder>();
const scope = self as unknown as {
  onmessage: (event: MessageEvent<PatternRequest>) => void;
  postMessage(message: PatternReply, transfer?: Transferable[]): void;
};

scope.onmessage = ({ data: request }) => {
  const encoder = encoders.get(request.call);
  if (request.type === "open") encoders.set(request.call, open(request.codec));
  else if (!encoder) return;
  else if (request.type === "draw") {
    const { data, key } = encode(encoder, request.media, request.key);
    scope.postMessage({ type: "picture", call: request.call, media: request.media, key, data }, [
      data.buffer,
    ]);
  } else {
    close(encoder);
    encoders.delete(request.call);
  }
};
scope.postMessage({ type: "ready" });
