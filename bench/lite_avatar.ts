/**
 * `deno task bench:lite_avatar`: what a picture of a LiteAvatar costs outside its nets, at 720 x 1280.
 */
import { Buffer } from "node:buffer";
import { AV_LOG_ERROR, AV_PIX_FMT_YUV420P, type FFEncoderCodec } from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet, Rational } from "node-av/lib";
import { PictureEncoder } from "../src/face/encoder.ts";
import { Backdrop, type Stream } from "../src/face/lite/backdrop.ts";
import { createCompositor } from "../src/face/lite/composite.ts";
import { FACE } from "../src/face/lite/sampling.ts";
import { load } from "./machine.ts";

Log.setLevel(AV_LOG_ERROR);

const [WIDTH, HEIGHT] = [720, 1280];
const BOX = { left: 160, top: 460, width: 400, height: 400 };
const PICTURES = 50;
const GROUP = 25;
const ROUNDS = 1_000;

const random = (() => {
  let state = 1;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
})();

/** A room that moves, with as much grain as a compressed film still has. */
function scene(n: number): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(WIDTH * HEIGHT * 3 / 2).fill(128);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const wave = Math.sin((x + 2 * n) / 37) + Math.cos((y - n) / 53);
      picture[y * WIDTH + x] = 110 + 40 * wave + 3 * random();
    }
  }
  return picture;
}

/** A stream as `scripts/convert_lite_avatar.py` makes it. */
function makeStream(): Stream {
  using context = new CodecContext();
  const codec = Codec.findEncoderByName("libx264" as FFEncoderCodec)!;
  context.allocContext3(codec);
  context.width = WIDTH;
  context.height = HEIGHT;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, 25);
  context.threadCount = 1;
  const parameters =
    `keyint=${GROUP}:min-keyint=${GROUP}:scenecut=0:ref=1:bframes=0:repeat-headers=1:annexb=1`;
  const options = {
    preset: "medium",
    crf: "17",
    maxrate: "12M",
    bufsize: "12M",
    tune: "fastdecode,zerolatency",
    profile: "baseline",
    "x264-params": parameters,
  };
  for (const [key, value] of Object.entries(options)) {
    FFmpegError.throwIfError(context.setOption(key, value), key);
  }
  FFmpegError.throwIfError(context.open2Sync(codec, null), "Opening libx264");
  using frame = new Frame();
  using packet = new Packet();
  frame.alloc();
  packet.alloc();
  frame.width = WIDTH;
  frame.height = HEIGHT;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.getBuffer(), "Allocating a picture");
  const parts: Uint8Array[] = [];
  for (let n = 0; n < 2 * PICTURES; n++) {
    FFmpegError.throwIfError(frame.makeWritable(), "Preparing a picture");
    FFmpegError.throwIfError(
      frame.fromBuffer(Buffer.from(scene(Math.min(n, 2 * PICTURES - 1 - n)))),
      "Copying",
    );
    frame.pts = BigInt(n);
    FFmpegError.throwIfError(context.sendFrameSync(frame), "Encoding");
    FFmpegError.throwIfError(context.receivePacketSync(packet), "Encoding");
    parts.push(new Uint8Array(packet.data!));
    packet.unref();
  }
  let end = 0;
  const ends = parts.map(({ length }) => end += length);
  const data = new Uint8Array(end);
  parts.forEach((part, n) => data.set(part, ends[n] - part.length));
  return { data, ends, group: GROUP, width: WIDTH, height: HEIGHT };
}

function line(name: string, times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(2).padStart(7);
  return `${name.padEnd(34)} ${at(0.5)} ${at(0.99)} ${at(1)}`;
}

function main(): void {
  const stream = makeStream();
  using backdrop = new Backdrop(stream);
  using encoder = new PictureEncoder({
    codec: "h264",
    size: WIDTH,
    height: HEIGHT,
    fps: 25,
    bitrate: 2_000_000,
  });
  const compositor = createCompositor(WIDTH, HEIGHT, BOX);
  const picture = new Uint8Array(WIDTH * HEIGHT * 3 / 2);
  const faces = Array.from(
    { length: 4 },
    () => new Float32Array(3 * FACE * FACE).map(() => 2.2 * random() - 1.1),
  );
  const times: Record<"background" | "face" | "idle" | "spoken" | "encoding", number[]> = {
    background: [],
    face: [],
    idle: [],
    spoken: [],
    encoding: [],
  };
  const before = load("before");
  for (let n = -100; n < ROUNDS; n++) {
    const start = performance.now();
    backdrop.read((n + 100) % (2 * PICTURES), picture);
    const read = performance.now();
    compositor.draw(faces[n & 3], picture);
    const drawn = performance.now();
    const patch = compositor.cut(picture);
    const cut = performance.now();
    compositor.paste(patch, picture);
    const pasted = performance.now();
    encoder.encode(picture, (n + 100) * 40, n === -100);
    if (n < 0) continue;
    times.background.push(read - start);
    times.face.push(drawn - read);
    times.spoken.push(drawn - start);
    times.idle.push(read - start + pasted - cut);
    times.encoding.push(performance.now() - pasted);
  }
  const mbit = stream.data.length * 8 * 25 / stream.ends.length / 1e6;
  console.log(
    `Milliseconds a picture, ${WIDTH} x ${HEIGHT}, face ${BOX.width} x ${BOX.height}, ${ROUNDS} pictures;`,
  );
  console.log(`background of ${mbit.toFixed(1)} Mbit/s. ${before} ${load("after")}`);
  console.log(`${"".padEnd(34)}     p50     p99   worst`);
  console.log(line("background decoded", times.background));
  console.log(line("face put in", times.face));
  console.log(line("speaking, both", times.spoken));
  console.log(line("idle, from the cache", times.idle));
  console.log(line("encoded (H.264)", times.encoding));
}

main();
