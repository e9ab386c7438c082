/** Writes JPEG pictures with FFmpeg. */
import { Buffer } from "node:buffer";
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational, SoftwareScaleContext } from "node-av/lib";
import {
  AV_CODEC_FLAG_QSCALE,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUVJ420P,
  type AVPixelFormat,
  FF_QP2LAMBDA,
  type FFEncoderCodec,
} from "node-av/constants";

/** A frame with room for a picture. */
export function allocateFrame(width: number, height: number, format: AVPixelFormat): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = format;
  FFmpegError.throwIfError(frame.getBuffer(), "Allocating a picture");
  return frame;
}

/**
 * @param rgba opaque words, row by row; width and height are even
 * @param scale FFmpeg's scale of JPEG quality, 1 (best) to 31; 2 is about 90 %
 */
export function encodeJpeg(
  rgba: Uint32Array<ArrayBuffer>,
  width: number,
  height: number,
  scale: number,
): Uint8Array<ArrayBuffer> {
  const codec = Codec.findEncoderByName("mjpeg" as FFEncoderCodec);
  if (!codec) throw new Error('This build of FFmpeg has no encoder "mjpeg"');
  const check = (result: number) => FFmpegError.throwIfError(result, "Encoding a JPEG");
  const context = new CodecContext(), scaler = new SoftwareScaleContext(), packet = new Packet();
  const source = allocateFrame(width, height, AV_PIX_FMT_RGBA);
  const frame = allocateFrame(width, height, AV_PIX_FMT_YUVJ420P);
  try {
    context.allocContext3(codec);
    context.width = width;
    context.height = height;
    context.pixelFormat = AV_PIX_FMT_YUVJ420P;
    context.timeBase = new Rational(1, 1);
    context.setFlags(AV_CODEC_FLAG_QSCALE);
    context.globalQuality = frame.quality = FF_QP2LAMBDA * scale;
    check(context.open2Sync(codec, null));
    packet.alloc();
    check(source.fromBuffer(Buffer.from(rgba.buffer, rgba.byteOffset, rgba.byteLength)));
    scaler.getContext(width, height, AV_PIX_FMT_RGBA, width, height, AV_PIX_FMT_YUVJ420P);
    check(scaler.scaleFrameSync(frame, source));
    frame.pts = 0n;
    check(context.sendFrameSync(frame));
    check(context.receivePacketSync(packet));
    return new Uint8Array(packet.data!);
  } finally {
    scaler.freeContext();
    context.freeContext();
    for (const each of [source, frame, packet]) each.free();
  }
}
