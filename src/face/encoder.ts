/**
 * Encodes the pictures of one call as they are drawn: H.264 or VP8 by FFmpeg (node-av).
 *
 * Only the synchronous calls are used, and options are set one by one: `open2` with an options dictionary frees the
 * dictionary twice in node-av 6.1.1 and so damages the heap.
 */
import { Buffer } from "node:buffer";
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet, Rational } from "node-av/lib";
import {
  AV_LOG_ERROR,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  type FFEncoderCodec,
} from "node-av/constants";

export interface EncoderSettings {
  codec: "h264" | "vp8";
  /** Pixels a side, even; `height` where the picture is no square. */
  size: number;
  height?: number;
  /** Pictures a second. */
  fps: number;
  /** Bits a second. */
  bitrate: number;
}

/** One access unit: H.264 as Annex B with its parameter sets before every keyframe, or one VP8 frame. */
export interface Encoded {
  data: Uint8Array<ArrayBuffer>;
  /** Can be decoded without those before it. */
  key: boolean;
}

/** Ticks a second of the time stamps given to the encoder, as in RTP. */
const CLOCK = 90_000;

const names: Record<EncoderSettings["codec"], string> = { h264: "libx264", vp8: "libvpx" };

/** Low delay: no look-ahead, no B-frames, one thread (the others are for the models). */
const options: Record<EncoderSettings["codec"], Record<string, string>> = {
  h264: {
    preset: "ultrafast",
    tune: "zerolatency",
    profile: "baseline",
    "forced-idr": "1",
    "x264-params": "repeat-headers=1:annexb=1:sliced-threads=0:scenecut=0",
  },
  vp8: {
    deadline: "realtime",
    "cpu-used": "-8",
    "lag-in-frames": "0",
    "error-resilient": "1",
    "auto-alt-ref": "0",
    "undershoot-pct": "100",
    "overshoot-pct": "15",
  },
};

/** Finest and coarsest quantiser: an idle face shall not spend the whole bit rate on what nobody sees. */
const quality: Record<EncoderSettings["codec"], [number, number]> = { h264: [20, 48], vp8: [10, 56] };

/** Keyframes come only when they are asked for. */
const NO_KEYFRAMES = 1_000_000;
/** Milliseconds of the bit rate that one picture may be ahead of the others. */
const BUFFER = 600;

/** Holds native memory: call `Symbol.dispose` when the call is over. */
export class PictureEncoder implements Disposable {
  #context = new CodecContext();
  #packet = new Packet();
  #frame = new Frame();

  /** @throws Error when the codec can't be opened with these settings */
  constructor(settings: EncoderSettings) {
    Log.setLevel(AV_LOG_ERROR);
    try {
      this.#open(settings);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #open({ codec: name, size, height = size, fps, bitrate }: EncoderSettings): void {
    const codec = Codec.findEncoderByName(names[name] as FFEncoderCodec);
    if (!codec) throw new Error(`This build of FFmpeg has no encoder "${names[name]}"`);
    const context = this.#context;
    context.allocContext3(codec);
    context.width = size;
    context.height = height;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, CLOCK);
    context.framerate = new Rational(fps, 1);
    context.bitRate = context.rcMaxRate = BigInt(bitrate);
    context.rcBufferSize = Math.round(bitrate * BUFFER / 1000);
    context.gopSize = NO_KEYFRAMES;
    context.maxBFrames = 0;
    context.threadCount = 1;
    [context.qMin, context.qMax] = quality[name];
    for (const [key, value] of Object.entries(options[name])) {
      FFmpegError.throwIfError(context.setOption(key, value), `Setting "${key}" of "${names[name]}"`);
    }
    FFmpegError.throwIfError(context.open2Sync(codec, null), `Opening "${names[name]}"`);
    this.#packet.alloc();
    this.#frame.alloc();
    this.#frame.width = size;
    this.#frame.height = height;
    this.#frame.format = AV_PIX_FMT_YUV420P;
    FFmpegError.throwIfError(this.#frame.getBuffer(), "Allocating a picture");
  }

  /**
   * @param i420 width × height × 3/2 bytes, BT.601; it may be used again afterwards
   * @param media milliseconds, rising from picture to picture
   * @param key asks for a keyframe (IDR)
   */
  encode(i420: Uint8Array<ArrayBuffer>, media: number, key: boolean): Encoded {
    const frame = this.#frame;
    FFmpegError.throwIfError(frame.makeWritable(), "Preparing a picture");
    const bytes = Buffer.from(i420.buffer, i420.byteOffset, i420.byteLength);
    FFmpegError.throwIfError(frame.fromBuffer(bytes), "Copying a picture");
    frame.pts = BigInt(Math.round(media * CLOCK / 1000));
    frame.pictType = key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(this.#context.sendFrameSync(frame), "Encoding a picture");
    FFmpegError.throwIfError(this.#context.receivePacketSync(this.#packet), "Fetching an encoded picture");
    const result = { data: new Uint8Array(this.#packet.data!), key: this.#packet.isKeyframe };
    this.#packet.unref();
    return result;
  }

  [Symbol.dispose](): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
  }
}
