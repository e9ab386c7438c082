/**
 * Makes the poster and the idle clip of avatar packs with the same renderer and the same life as in a call:
 * `deno run -A scripts/idle_clip.ts [pack …]` writes poster.jpg, idle.webm (VP9) and idle.mp4 (H.264) into
 * `static/avatars/<pack>/`, and their sizes and hashes into its manifest. To be run again whenever the drawing, the life or a pack changes; a test notices.
 */
import { Buffer } from "node:buffer";
import {
  Codec,
  CodecContext,
  FFmpegError,
  FormatContext,
  Log,
  Packet,
  Rational,
  type Stream,
} from "node-av/lib";
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_SMPTE170M,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_SMPTE170M,
  type AVPixelFormat,
  type FFEncoderCodec,
} from "node-av/constants";
import { paintRoom } from "../src/face/background.ts";
import { IDLE_FPS, idleLoop } from "../src/face/idle.ts";
import { listPacks, readPack } from "../src/face/packfolder.ts";
import { createRenderer } from "../src/face/renderer.ts";
import { sealPack } from "../src/face/seal.ts";
import { allocateFrame, encodeJpeg } from "./jpeg.ts";

const SIZE = 512;
/** FFmpeg's scale of JPEG quality, 1 (best) to 31; 2 is about 90 %. */
const JPEG_SCALE = 2;
const root = new URL("../static/avatars/", import.meta.url).pathname;

interface Format {
  file: string;
  codec: string;
  /** Of the encoder and of the container; set one by one, see `src/face/encoder.ts`. */
  options: Record<string, string>;
  container: Record<string, string>;
}

const formats: Format[] = [
  {
    file: "idle.webm",
    codec: "libvpx-vp9",
    options: { crf: "27", deadline: "good", "cpu-used": "2", "lag-in-frames": "16" },
    container: {},
  },
  {
    file: "idle.mp4",
    codec: "libx264",
    options: { crf: "20", preset: "slow", profile: "high", bf: "0" },
    container: { movflags: "+faststart" },
  },
];

function check(result: number, what: string): void {
  FFmpegError.throwIfError(result, what);
}

/** An opened encoder for pictures of `SIZE`, and a frame to hand them over in. */
function openEncoder(name: string, format: AVPixelFormat, prepare: (context: CodecContext) => void) {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec);
  if (!codec) throw new Error(`This build of FFmpeg has no encoder "${name}"`);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = context.height = SIZE;
  context.pixelFormat = format;
  context.timeBase = new Rational(1, IDLE_FPS);
  context.framerate = new Rational(IDLE_FPS, 1);
  prepare(context);
  check(context.open2Sync(codec, null), `Opening "${name}"`);
  return { codec, context, frame: allocateFrame(SIZE, SIZE, format) };
}

/** One clip being written. Pictures are handed over one after another. */
class Clip implements Disposable {
  #output = new FormatContext();
  #packet = new Packet();
  #stream: Stream;
  #encoder: ReturnType<typeof openEncoder>;
  #count = 0n;

  constructor(folder: string, { file, codec, options, container }: Format) {
    const path = `${folder}/${file}`;
    check(this.#output.allocOutputContext2(null, null, path), `Creating "${path}"`);
    this.#encoder = openEncoder(codec, AV_PIX_FMT_YUV420P, (context) => {
      context.bitRate = 0n;
      context.gopSize = 10 * IDLE_FPS;
      context.colorPrimaries = AVCOL_PRI_SMPTE170M;
      context.colorTrc = AVCOL_TRC_SMPTE170M;
      context.colorSpace = AVCOL_SPC_SMPTE170M;
      context.colorRange = AVCOL_RANGE_MPEG;
      context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
      for (const [name, value] of Object.entries(options)) {
        check(context.setOption(name, value), `Option "${name}"`);
      }
    });
    this.#stream = this.#output.newStream(null);
    this.#stream.timeBase = this.#encoder.context.timeBase;
    check(this.#stream.codecpar.fromContext(this.#encoder.context), "Describing the stream");
    for (const [name, value] of Object.entries(container)) {
      check(this.#output.setOption(name, value), `Option "${name}"`);
    }
    check(this.#output.openOutputSync(), `Opening "${path}"`);
    check(this.#output.writeHeaderSync(null), `Writing "${path}"`);
    this.#packet.alloc();
  }

  add(i420: Uint8Array<ArrayBuffer>): void {
    const { frame, context } = this.#encoder;
    check(frame.makeWritable(), "Preparing a picture");
    check(frame.fromBuffer(Buffer.from(i420.buffer, i420.byteOffset, i420.byteLength)), "Copying a picture");
    frame.pts = this.#count++;
    check(context.sendFrameSync(frame), "Encoding a picture");
    this.#drain();
  }

  /** Writes what the encoder still holds, and the file's index. */
  finish(): void {
    check(this.#encoder.context.sendFrameSync(null), "Ending the clip");
    this.#drain();
    check(this.#output.writeTrailerSync(), "Ending the file");
  }

  #drain(): void {
    while (this.#encoder.context.receivePacketSync(this.#packet) >= 0) {
      this.#packet.streamIndex = this.#stream.index;
      this.#packet.duration = 1n;
      this.#packet.rescaleTs(this.#encoder.context.timeBase, this.#stream.timeBase);
      check(this.#output.interleavedWriteFrameSync(this.#packet), "Writing a picture");
    }
  }

  [Symbol.dispose](): void {
    this.#output.closeOutputSync();
    this.#output.freeContext();
    this.#encoder.context.freeContext();
    this.#encoder.frame.free();
    this.#packet.free();
  }
}

async function make(name: string): Promise<void> {
  const folder = `${root}${name}`;
  const pack = await readPack(folder, SIZE);
  const renderer = createRenderer(pack, SIZE, paintRoom(pack.manifest.room, SIZE));
  const looks = idleLoop();
  const clips = formats.map((format) => new Clip(folder, format));
  try {
    for (const [i, { weights, pose }] of looks.entries()) {
      renderer.render(weights, pose);
      if (i === 0) {
        await Deno.writeFile(`${folder}/poster.jpg`, encodeJpeg(renderer.frame, SIZE, SIZE, JPEG_SCALE));
      }
      for (const clip of clips) clip.add(renderer.toI420());
    }
    for (const clip of clips) clip.finish();
  } finally {
    for (const clip of clips) clip[Symbol.dispose]();
  }
  for (const file of ["poster.jpg", ...formats.map((format) => format.file)]) {
    console.log(`${name}/${file}: ${Math.round((await Deno.stat(`${folder}/${file}`)).size / 1000)} kB`);
  }
  await sealPack(folder);
}

Log.setLevel(AV_LOG_ERROR);
const names = Deno.args.length > 0 ? Deno.args : await listPacks(root);
for (const name of names) await make(name);
