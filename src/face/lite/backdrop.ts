/**
 * The background of a pack as one caller sees it, decoded when it is wanted: as a rule the next picture of the stream, else
 * from the nearest keyframe on. Nothing decoded is kept but the picture itself. H.264 by FFmpeg (node-av), synchronous
 * calls only.
 */
import { Buffer } from "node:buffer";
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet } from "node-av/lib";
import { AV_LOG_ERROR, type FFDecoderCodec } from "node-av/constants";

/** A stream that is shared by all callers. */
export interface Stream {
  /** H.264 as Annex B, without pictures that look ahead. */
  data: Uint8Array<ArrayBuffer>;
  /** Where each picture ends in it. */
  ends: readonly number[];
  /** Every picture whose number is a multiple of this is a keyframe. */
  group: number;
  width: number;
  height: number;
}

/** Holds native memory: call `Symbol.dispose` when the call is over. */
export class Backdrop implements Disposable {
  #context = new CodecContext();
  #packet = new Packet();
  #frame = new Frame();
  #stream: Stream;
  /** The picture that `#frame` holds. */
  #shown = -1;

  /** @throws Error when there is no decoder */
  constructor(stream: Stream) {
    this.#stream = stream;
    Log.setLevel(AV_LOG_ERROR);
    try {
      const codec = Codec.findDecoderByName("h264" as FFDecoderCodec);
      if (!codec) throw new Error('This build of FFmpeg has no decoder "h264"');
      this.#context.allocContext3(codec);
      this.#context.threadCount = 1;
      this.#context.setOption("flags", "+low_delay");
      FFmpegError.throwIfError(this.#context.open2Sync(codec, null), 'Opening "h264"');
      this.#packet.alloc();
      this.#frame.alloc();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * @param number of the picture in the stream
   * @param out takes it as I420, width × height × 3/2 bytes
   * @throws Error when it can't be decoded or has another size
   */
  read(number: number, out: Uint8Array): void {
    const keyframe = number - number % this.#stream.group;
    const known = this.#shown >= keyframe && this.#shown <= number;
    for (let n = known ? this.#shown + 1 : keyframe; n <= number; n++) this.#decode(n);
    this.#copy(this.#frame, out);
  }

  #decode(number: number): void {
    const { data, ends, width, height } = this.#stream;
    const from = number > 0 ? ends[number - 1] : 0;
    this.#shown = -1;
    this.#frame.unref();
    this.#packet.data = Buffer.from(data.buffer, data.byteOffset + from, ends[number] - from);
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    FFmpegError.throwIfError(sent, "Decoding a background");
    FFmpegError.throwIfError(this.#context.receiveFrameSync(this.#frame), "Fetching a background");
    const { width: wide, height: high } = this.#frame;
    if (wide !== width || high !== height) {
      throw new Error(`Background ${number} has ${wide} x ${high} pixels, expected ${width} x ${height}`);
    }
    this.#shown = number;
  }

  #copy({ data, linesize }: Frame, out: Uint8Array): void {
    let at = 0;
    for (let plane = 0; plane < 3; plane++) {
      const half = plane ? 2 : 1;
      const width = this.#stream.width / half, height = this.#stream.height / half;
      for (let y = 0, from = 0; y < height; y++, from += linesize[plane], at += width) {
        out.set(data![plane].subarray(from, from + width), at);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
  }
}
