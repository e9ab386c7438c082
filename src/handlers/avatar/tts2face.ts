/**
 * The talking face: phoneme times in, encoded pictures out, one for each tick of the media clock. The head is drawn on
 * the processor; all callers share one pack and one renderer, each has a life, a mouth and an encoder of its own.
 */
import * as v from "valibot";
import type { FrameOf } from "../../engine/frame.ts";
import type { Handler, HandlerEnv, Model, SessionInfo } from "../../engine/handler.ts";
import { paintRoom, roomOf, rooms } from "../../face/background.ts";
import type { PictureEncoder } from "../../face/encoder.ts";
import { toI420 } from "../../face/i420.ts";
import { createLife, type Life } from "../../face/life.ts";
import { createLips, type Lips } from "../../face/lips.ts";
import { mouthAt } from "../../face/mouth.ts";
import { readPack } from "../../face/packfolder.ts";
import { clamp } from "../../face/pose.ts";
import { createRandom, seedOf } from "../../face/random.ts";
import { createRenderer, type Renderer } from "../../face/renderer.ts";
import { findPack, packName } from "./packname.ts";

const Config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  /** Folder of an avatar pack; "sample_data" is jonas. */
  avatar_name: v.optional(
    v.pipe(v.string(), v.regex(/^\w[\w.-]*$/, "Expected the name of a folder: letters, digits, _ - .")),
    "sample_data",
  ),
  /** Pictures a second. */
  fps: v.optional(v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(30)), 25),
  /** True: the first sound is not held back for the face. */
  enable_fast_mode: v.optional(v.boolean(), true),
  /** Pixels a side. */
  size: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(256),
      v.maxValue(720),
      v.multipleOf(2, "Expected an even number"),
    ),
    512,
  ),
  /** The room behind the face; "own" is the one that suits the avatar, as in its poster. */
  background: v.optional(v.picklist(["own", ...rooms]), "own"),
  /** Bits a second at most. */
  bitrate: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100_000), v.maxValue(8_000_000)), 1_000_000),
});
type Config = v.InferOutput<typeof Config>;

/** After a pause the face goes on from where it was instead of jumping, seconds. */
const LONGEST_STEP = 0.2;
/** Drawn while loading, so that the engine has compiled the drawing before anybody sees it. */
const WARM_UP = 40;

/** One caller. */
interface Face {
  life: Life;
  lips: Lips;
  /** Null when the browser takes no picture; then nobody ticks. */
  encoder: PictureEncoder | null;
  /** Media time of the last picture, milliseconds; null before the first. */
  media: number | null;
}

async function load(config: Config, env: HandlerEnv): Promise<Model<Face>> {
  const { size, fps } = config;
  const folder = await findPack(config.avatar_name, env);
  const [pack, { PictureEncoder }] = await Promise.all([
    readPack(folder, size),
    import("../../face/encoder.ts"),
  ]);
  const room = config.background === "own" ? roomOf(pack.name) : config.background;
  const renderer = createRenderer(pack, size, paintRoom(room, size));
  const i420 = new Uint8Array(size * size * 3 / 2);
  const encoderFor = (video: NonNullable<SessionInfo["video"]>) =>
    new PictureEncoder({ codec: video.codec, size, fps, bitrate: Math.min(video.bitrate, config.bitrate) });
  warmUp(renderer, i420, encoderFor);
  return {
    open: ({ id, video }) => ({
      life: createLife(createRandom(seedOf(id))),
      lips: createLips(),
      encoder: video && encoderFor(video),
      media: null,
    }),
    close: (face) => face.encoder?.[Symbol.dispose](),
    async *handle(face, frame) {
      if (frame.kind === "phonemes") face.lips.announce(frame, frame.spans);
      else if (frame.kind === "turn.end") face.lips.forget(frame.turn);
      else if (frame.kind === "video.tick" && face.encoder) {
        draw(face, frame, renderer);
        toI420(renderer.frame, size, i420);
        const { media } = frame;
        yield { kind: "video.reply", media, ...face.encoder.encode(i420, media, frame.key) };
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Draws the picture a tick asks for. */
function draw(face: Face, tick: FrameOf<"video.tick">, renderer: Renderer): void {
  const { media, position, mood } = tick;
  const step = face.media === null ? 0 : (media - face.media) / 1000;
  face.media = media;
  const dt = clamp(step, 0, LONGEST_STEP);
  const { weights, pose } = face.life.step(dt, mood, face.lips.step(dt, tick, position));
  renderer.render(weights, pose);
}

/** Blinks, speaks and turns the head, so that every path of the drawing has run; both codecs are opened and closed. */
function warmUp(
  renderer: Renderer,
  i420: Uint8Array<ArrayBuffer>,
  encoderFor: (video: NonNullable<SessionInfo["video"]>) => PictureEncoder,
): void {
  const speech = (["aa", "PP", "O", "SS"] as const).map((viseme, i) => ({
    viseme,
    start: i * 0.2,
    end: (i + 1) * 0.2,
  }));
  for (const codec of ["h264", "vp8"] as const) {
    const life = createLife(createRandom(1));
    using encoder = encoderFor({ codec, bitrate: Infinity });
    for (let i = 0; i < WARM_UP / 2; i++) {
      const { weights, pose } = life.step(0.1, i < 10 ? "speaking" : "thinking", mouthAt(speech, i * 0.04));
      const lids = { eyeBlinkLeft: i / 20, eyeBlinkRight: i / 20 };
      renderer.render({ ...weights, ...lids }, pose);
      toI420(renderer.frame, renderer.size, i420);
      encoder.encode(i420, i * 40, i % 10 === 0);
    }
  }
}

/** The folder of the pack under `/avatars/`, for the page: its poster and its idle clip lie there. */
export function avatarName(config: Pick<Config, "avatar_name">): string {
  return packName(config.avatar_name);
}

export const handler: Handler<Config, Face> = {
  name: "Tts2Face",
  config: Config,
  consumes: ["phonemes", "video.tick", "turn.end"],
  produces: ["video.reply"],
  models: () => [],
  load,
};
