/**
 * A face drawn from an avatar pack: phoneme times in, encoded pictures out; or looks, for a page that draws the pack itself.
 * All callers share the pack and the renderer; each has a life, a mouth and an encoder of its own.
 */
import type { Body, Drawer, FrameOf } from "../../engine/frame.ts";
import type { Model, SessionInfo } from "../../engine/handler.ts";
import { isRoom, paintRoom, type Room } from "../../face/background.ts";
import type { PictureEncoder } from "../../face/encoder.ts";
import { type Actor, createActor } from "../../face/actor.ts";
import { createLife, type Look } from "../../face/life.ts";
import { encodeLook } from "../../face/look_code.ts";
import { mouthAt } from "../../face/mouth.ts";
import type { Pack } from "../../face/pack.ts";
import { clamp } from "../../face/pose.ts";
import { createRandom, seedOf } from "../../face/random.ts";
import { createRenderer, type Renderer } from "../../face/renderer.ts";

export interface DrawnSettings {
  /** Pixels a side. */
  size: number;
  /** Pictures a second. */
  fps: number;
  /** Bits a second at most. */
  bitrate: number;
}

/** After a pause the face goes on from where it was instead of jumping, seconds. */
const LONGEST_STEP = 0.2;
/** Drawn before the first caller comes, so that the engine has compiled the drawing before anybody sees it. */
const WARM_UP = 40;
/** The background without a room: the page lays the face over what it likes. */
export const TRANSPARENT = "transparent";

/** One caller. */
interface Face {
  actor: Actor;
  video: SessionInfo["video"];
  /** Null when the browser takes no picture (then nobody ticks), or the page draws. */
  encoder: PictureEncoder | null;
  /** Number of the list of names that a page draws by; null while the server draws. */
  list: number | null;
  /** Null: transparent. */
  room: Uint32Array<ArrayBuffer> | null;
  /** Media time of the last picture, milliseconds; null before the first. */
  media: number | null;
}

/** A room as it is called in settings and by the page. */
export function isBackground(name: string): boolean {
  return name === "own" || name === TRANSPARENT || isRoom(name);
}

/** Lists of names that pages draw by have been numbered so far; the number has 16 bits on its way. */
let lists = 0;

/** Rooms that have been painted; all avatars share them. A megabyte each at 512 pixels. */
const painted = new Map<string, Uint32Array<ArrayBuffer>>();

function roomFor(name: string, size: number): Uint32Array<ArrayBuffer> {
  const key = `${name} ${size}`;
  let room = painted.get(key);
  if (!room) painted.set(key, room = paintRoom(name as Room, size));
  return room;
}

/** @param warm draw and encode a little first: once a process is enough */
export async function openDrawn(pack: Pack, settings: DrawnSettings, warm: boolean): Promise<Model<Face>> {
  const { size, fps } = settings;
  const { PictureEncoder } = await import("../../face/encoder.ts");
  const renderer = createRenderer(pack, size, null);
  const paint = (background: string) =>
    background === TRANSPARENT ? null : roomFor(background === "own" ? pack.manifest.room : background, size);
  const names = [...pack.geometry.shapes.keys()];
  const encoderFor = ({ codec, bitrate }: NonNullable<SessionInfo["video"]>, transparent = false) => {
    const height = transparent ? 2 * size : size;
    return new PictureEncoder({ codec, size, height, fps, bitrate: Math.min(bitrate, settings.bitrate) });
  };
  const furnish = (face: Face, background: string) => {
    const before = face.room;
    face.room = paint(background);
    if (!face.video || face.list !== null) return;
    if (face.encoder && (before === null) === (face.room === null)) return;
    face.encoder?.[Symbol.dispose]();
    face.encoder = encoderFor(face.video, face.room === null);
  };
  const handOver = (face: Face, by: Drawer): Body => {
    if (by === "server" && face.list === null) return { kind: "face.drawn", by };
    face.encoder?.[Symbol.dispose]();
    face.encoder = null;
    if (by === "page") {
      face.list = lists = (lists + 1) % 65_536;
      return { kind: "face.drawn", by, list: face.list, names };
    }
    face.list = null;
    if (face.video) face.encoder = encoderFor(face.video, face.room === null);
    return { kind: "face.drawn", by };
  };
  if (warm) warmUp(renderer, encoderFor);
  return {
    open: ({ id, video, face: wish }) => {
      const face: Face = {
        actor: createActor(createRandom(seedOf(id))),
        video,
        encoder: null,
        list: null,
        room: null,
        media: null,
      };
      furnish(face, wish?.background ?? "own");
      return face;
    },
    close: (face) => face.encoder?.[Symbol.dispose](),
    async *handle(face, frame) {
      if (frame.kind === "phonemes") face.actor.announce(frame);
      else if (frame.kind === "turn.end") face.actor.end(frame);
      else if (frame.kind === "face.choose") furnish(face, frame.background);
      else if (frame.kind === "face.draw") yield handOver(face, frame.by);
      else if (frame.kind !== "video.tick") return;
      else if (face.list !== null) {
        const { media } = frame, look = lookAt(face, frame);
        yield { kind: "face.look", media, data: encodeLook({ list: face.list, media, ...look }, names) };
      } else if (face.encoder) {
        const { media } = frame, { weights, pose } = lookAt(face, frame);
        renderer.background = face.room;
        renderer.render(weights, pose);
        yield {
          kind: "video.reply",
          media,
          ...face.encoder.encode(renderer.toI420(face.room === null), media, frame.key),
        };
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What the face does at the moment a tick asks for. */
function lookAt(face: Face, tick: FrameOf<"video.tick">): Look {
  const { media } = tick;
  const step = face.media === null ? 0 : (media - face.media) / 1000;
  face.media = media;
  return face.actor.step(clamp(step, 0, LONGEST_STEP), tick);
}

/** Blinks, speaks and turns the head, so that every path of the drawing has run; both codecs are opened and closed. */
function warmUp(
  renderer: Renderer,
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
      encoder.encode(renderer.toI420(), i * 40, i % 10 === 0);
    }
  }
}
