/** Decodes what the face has encoded, for tests: H.264, VP8 and JPEG by FFmpeg (node-av). */
import { Buffer } from "node:buffer";
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet } from "node-av/lib";
import { AV_LOG_ERROR, type FFDecoderCodec } from "node-av/constants";

export interface Picture {
  width: number;
  height: number;
  /** Y, U and V, tightly packed. */
  planes: Uint8Array[];
}

export class PictureDecoder implements Disposable {
  #context = new CodecContext();
  #packet = new Packet();
  #frame = new Frame();

  constructor(name: "h264" | "vp8" | "mjpeg") {
    Log.setLevel(AV_LOG_ERROR);
    const codec = Codec.findDecoderByName(name as FFDecoderCodec)!;
    this.#context.allocContext3(codec);
    this.#context.threadCount = 1;
    FFmpegError.throwIfError(this.#context.open2Sync(codec, null), `Opening "${name}"`);
    this.#packet.alloc();
    this.#frame.alloc();
  }

  /** The picture of one access unit. Throws when it can't be decoded. */
  decode(data: Uint8Array<ArrayBuffer>): Picture {
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    FFmpegError.throwIfError(sent, "Decoding a picture");
    FFmpegError.throwIfError(this.#context.receiveFrameSync(this.#frame), "Fetching a picture");
    const { width, height, linesize, data: planes } = this.#frame;
    const picture = {
      width,
      height,
      planes: planes!.slice(0, 3).map((plane, i) =>
        pack(plane, linesize[i], i ? width / 2 : width, i ? height / 2 : height)
      ),
    };
    this.#frame.unref();
    return picture;
  }

  [Symbol.dispose](): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
  }
}

function pack(plane: Uint8Array, stride: number, width: number, height: number): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) out.set(plane.subarray(y * stride, y * stride + width), y * width);
  return out;
}

/** Peak signal-to-noise ratio of two lists of bytes, decibels; Infinity when they are equal. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`Lengths differ: ${a.length} and ${b.length}`);
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2;
  return 10 * Math.log10(255 ** 2 * a.length / squares);
}
