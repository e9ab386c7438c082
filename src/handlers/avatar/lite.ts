/**
 * LiteAvatar, the original's face: a filmed person whose lower face is drawn anew by a net that follows the sound of the
 * reply (github.com/HumanAIGC/lite-avatar). A picture depends on the moment alone that a tick names, and on what of the
 * reply was heard by then. The nets hear in the background, one run at a time, so that ticks come in between; a cancelled
 * reply is given up at the next of these.
 */
import { Resampler } from "../../audio/resample.ts";
import type { FrameOf } from "../../engine/frame.ts";
import type { Context, HandlerEnv, Model, SessionInfo } from "../../engine/handler.ts";
import type { PictureEncoder } from "../../face/encoder.ts";
import { packFolder, WEIGHTS } from "../../face/lite/name.ts";
import { openPack, openWeights } from "../../face/lite/pack.ts";
import { openness } from "../../face/lite/schedule.ts";
import {
  createSlicer,
  samplesOf,
  type Slice,
  type Slicer,
  SOUND_RATE,
  SPAN,
} from "../../face/lite/slices.ts";
import { createTrack, rest, type Track } from "../../face/lite/track.ts";
import { type Ear, openEar } from "./lite_nets.ts";
import { openScene, type Scene, type View } from "./lite_scene.ts";

/** What Tts2Face's settings say about a LiteAvatar; the picture has the size of the pack. */
export interface LiteSettings {
  avatar_name: string;
  fps: number;
  bitrate: number;
}

/** One reply, as far as it was heard. */
interface Reply {
  turn: number;
  epoch: number;
  /** Made with the rate of the first sound. */
  resampler: Resampler | null;
  slicer: Slicer;
  track: Track;
  signal: AbortSignal;
}

/** One caller. */
interface Caller {
  /** Null when the browser takes no picture; then there is nothing to do. */
  camera: { encoder: PictureEncoder; view: View } | null;
  reply: Reply | null;
  /** The mouth that spoke last, and when. */
  last: { mouth: Float32Array; media: number } | null;
  /** The nets are hearing. */
  hearing: Promise<void> | null;
  /** Why they could not; told with the next frame. */
  fault: unknown;
}

/** The models-folder names of what a LiteAvatar needs. */
export function liteModels(avatarName: string): string[] {
  return [WEIGHTS, packFolder(avatarName)];
}

/** Loads a pack, the weights that all share, and runs both once. */
export async function loadLite(config: LiteSettings, env: HandlerEnv): Promise<Model<Caller>> {
  const weights = await openWeights(`${env.modelRoot}/${WEIGHTS}`);
  const pack = await openPack(`${env.modelRoot}/${packFolder(config.avatar_name)}`);
  await using opened = new AsyncDisposableStack();
  const ear = opened.use(await openEar(weights));
  const scene = opened.use(await openScene(pack));
  const { PictureEncoder } = await import("../../face/encoder.ts");
  const { width: size, height } = pack.manifest;
  const encoderFor = ({ codec, bitrate }: NonNullable<SessionInfo["video"]>) =>
    new PictureEncoder({ codec, size, height, fps: config.fps, bitrate: Math.min(bitrate, config.bitrate) });
  const neutral = Float32Array.from(pack.manifest.neutral);
  await warmUp(ear, scene, neutral, encoderFor);
  const kept = opened.move();
  return {
    open: ({ video }) => ({
      camera: video && { encoder: encoderFor(video), view: scene.open() },
      reply: null,
      last: null,
      hearing: null,
      fault: null,
    }),
    async close(caller) {
      caller.reply = null;
      await caller.hearing;
      caller.camera?.encoder[Symbol.dispose]();
      caller.camera?.view[Symbol.dispose]();
    },
    async *handle(caller, frame, ctx) {
      if (caller.fault) {
        const { fault } = caller;
        caller.fault = null;
        throw fault;
      }
      if (!caller.camera) return;
      if (frame.kind === "audio.reply") listen(caller, frame, ctx, neutral, ear);
      else if (frame.kind === "turn.end") forget(caller, frame.turn);
      // Its nets run here and nowhere else.
      else if (frame.kind === "face.draw") yield { kind: "face.drawn", by: "server" };
      else if (frame.kind === "video.tick") {
        const { media, key } = frame, { encoder, view } = caller.camera;
        const picture = await view.at(media, mouthOf(caller, frame, config.fps, neutral));
        yield { kind: "video.reply", media, ...encoder.encode(picture, media, key) };
      }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Takes a piece of the reply's sound and sees to it that it is heard. */
function listen(
  caller: Caller,
  frame: FrameOf<"audio.reply">,
  ctx: Context,
  neutral: Float32Array,
  ear: Ear,
): void {
  const { turn, epoch, pcm, rate, last } = frame;
  if (caller.reply?.turn !== turn || caller.reply.epoch !== epoch) {
    const parts = { resampler: null, slicer: createSlicer(), track: createTrack(neutral) };
    caller.reply = { turn, epoch, signal: ctx.signal, ...parts };
  }
  const { reply } = caller;
  reply.signal = ctx.signal;
  if (pcm.length > 0) {
    reply.resampler ??= new Resampler(rate, SOUND_RATE);
    reply.slicer.push(reply.resampler.push(pcm));
  }
  if (last) {
    if (reply.resampler) reply.slicer.push(reply.resampler.flush());
    reply.slicer.finish();
  }
  caller.hearing ??= hear(caller, ear, ctx);
}

/** Hears what there is of the present reply. Never rejects. */
async function hear(caller: Caller, ear: Ear, { breathe }: Context): Promise<void> {
  await breathe();
  try {
    for (let reply; (reply = caller.reply);) {
      const slice = reply.slicer.next();
      if (!slice) return;
      await hearSlice(caller, reply, slice, ear, breathe);
    }
  } catch (error) {
    caller.fault = error;
    caller.reply = null;
  } finally {
    // In the same breath as the last look for a slice: sound that comes now begins anew.
    caller.hearing = null;
  }
}

async function hearSlice(
  caller: Caller,
  reply: Reply,
  slice: Slice,
  ear: Ear,
  breathe: Context["breathe"],
): Promise<void> {
  const wanted = async () => {
    await breathe();
    return caller.reply === reply && !reply.signal.aborted;
  };
  const window = await ear.hear(slice.pcm, wanted);
  if (window) reply.track.take(window, slice);
  if (!await wanted() && caller.reply === reply) caller.reply = null;
}

function forget(caller: Caller, turn: number): void {
  if (caller.reply?.turn === turn) caller.reply = null;
}

/** The mouth of a moment; null: at rest. */
function mouthOf(
  caller: Caller,
  { turn, media, position }: FrameOf<"video.tick">,
  fps: number,
  neutral: Float32Array,
): Float32Array | null {
  const speaking = position >= 0 && caller.reply?.turn === turn;
  const mouth = speaking ? caller.reply!.track.at(position) : null;
  if (mouth) {
    caller.last = { mouth, media };
    return mouth;
  }
  const open = caller.last ? openness(media - caller.last.media, fps) : 0;
  return open > 0 ? rest(caller.last!.mouth.slice(), neutral, 1 - open) : null;
}

/** Hears silence, draws both ways, opens and closes both codecs. */
async function warmUp(
  ear: Ear,
  scene: Scene,
  neutral: Float32Array,
  encoderFor: (video: NonNullable<SessionInfo["video"]>) => PictureEncoder,
): Promise<void> {
  await ear.hear(new Float32Array(samplesOf(SPAN)), () => Promise.resolve(true));
  for (const codec of ["h264", "vp8"] as const) {
    using encoder = encoderFor({ codec, bitrate: Infinity });
    using view = scene.open();
    for (const [n, mouth] of [null, null, neutral, neutral].entries()) {
      encoder.encode(await view.at(0, mouth), n * 40, n === 0);
    }
  }
}
