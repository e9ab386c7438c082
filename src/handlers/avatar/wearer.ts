/** A caller who wears an avatar, has perhaps asked for another one, and changes at a moment when nobody speaks. */
import type { Body, Drawer, FaceChoice, Frame, FrameOf } from "../../engine/frame.ts";
import type { Model, SessionInfo } from "../../engine/handler.ts";
import type { Worn } from "./wardrobe.ts";

/** A new face waits until nobody speaks, but no longer than this, milliseconds. */
const STILL_WAIT = 1500;

/** One caller: what is worn, and what is to come. */
export interface Wearer {
  session: SessionInfo;
  face: FaceChoice;
  /** Who the page wants to draw. */
  drawer: Drawer;
  worn: Worn<unknown>;
  state: unknown;
  /** Loaded, and waiting for a still moment since its media time. */
  next: { face: FaceChoice; worn: Worn<unknown>; state: unknown; since: number | null } | null;
  /** What the face has been told of the present reply; one that takes over in the middle of it hears it again. */
  told: FrameOf<"phonemes" | "audio.reply">[];
  /** What the page is to be told with the next picture. */
  news: FaceNews | null;
  /** Raised by every wish, so that a face that was asked for before comes too late. */
  wishes: number;
}
export type FaceNews = FaceChoice & { fault?: string };

/** What the caller wished for before is not to come any more. */
export function forgetWish(caller: Wearer): void {
  caller.wishes++;
  putAway(caller.next);
  caller.next = null;
}

/** Is nothing being said, or has the new face waited long enough? */
export function isStill(
  next: NonNullable<Wearer["next"]>,
  { media, position }: FrameOf<"video.tick">,
): boolean {
  next.since ??= media;
  return position < 0 || media - next.since >= STILL_WAIT;
}

/** Keeps what belongs to the present reply. */
export function remember(caller: Wearer, frame: Frame): void {
  if (frame.kind === "turn.end") caller.told = [];
  if (frame.kind !== "phonemes" && frame.kind !== "audio.reply") return;
  caller.told = [
    ...caller.told.filter(({ turn, epoch }) => turn === frame.turn && epoch === frame.epoch),
    frame,
  ];
}

/** The next face becomes the present one, and hears what the reply has said so far. */
export async function* takeOver(
  caller: Wearer,
  next: NonNullable<Wearer["next"]>,
  { session, turn, epoch, at }: Frame,
  ctx: Parameters<Model<unknown>["handle"]>[2],
): AsyncGenerator<Body> {
  const { worn, state } = caller;
  Object.assign(caller, { face: next.face, worn: next.worn, state: next.state, next: null });
  for (const frame of caller.told) {
    for await (const _ of caller.worn.model.handle(caller.state, frame, ctx));
  }
  if (caller.drawer === "page") {
    const stamp = { session, turn, epoch, at };
    yield* caller.worn.model.handle(caller.state, { ...stamp, kind: "face.draw", by: "page" }, ctx);
  }
  await worn.model.close(state);
  worn.giveBack();
}

/** A face that nobody is going to see. */
export function putAway(dressed: { worn: Worn<unknown>; state: unknown } | null): void {
  if (!dressed) return;
  void Promise.resolve(dressed.worn.model.close(dressed.state)).finally(() => dressed.worn.giveBack());
}
