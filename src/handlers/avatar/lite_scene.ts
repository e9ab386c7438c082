/** The picture of a LiteAvatar: a background picture with the drawn face in it. */
import type { PackManifest } from "../../face/lite/manifest.ts";
import { createCompositor, type Patch } from "../../face/lite/composite.ts";
import type { Files } from "../../face/lite/pack.ts";
import { pictureAt, stepAt } from "../../face/lite/schedule.ts";
import { openHand } from "./lite_nets.ts";

/** A pack that is loaded, for all callers. */
export interface Scene extends AsyncDisposable {
  /** What one caller sees. */
  open(): View;
}

/** Holds native memory until it is disposed of. */
export interface View extends Disposable {
  /**
   * @param media milliseconds
   * @param mouth its parameters; null: at rest, which is drawn once for each background picture and then kept
   * @returns I420 of the pack's size; the next one comes in the same place
   */
  at(media: number, mouth: Float32Array | null): Promise<Uint8Array<ArrayBuffer>>;
}

/** Loads what a pack shows. */
export async function openScene(pack: Files<PackManifest>): Promise<Scene> {
  const { manifest, read } = pack;
  const { width, height, fps, pictures, ends, group, box } = manifest;
  const { Backdrop } = await import("../../face/lite/backdrop.ts");
  const compositor = createCompositor(width, height, box);
  const stream = { data: await read("background.h264"), ends, group, width, height };
  const hand = await openHand(pack);
  const neutral = Float32Array.from(manifest.neutral);
  /** One for each background picture, when it was wanted. */
  const idle = new Map<number, Patch>();
  return {
    open() {
      const backdrop = new Backdrop(stream);
      const picture = new Uint8Array(width * height * 3 / 2);
      return {
        async at(media, mouth) {
          const step = stepAt(media, fps, pictures);
          const number = pictureAt(step, pictures);
          const known = mouth ? undefined : idle.get(number);
          const face = known ? null : await hand.draw(number, mouth ?? neutral);
          backdrop.read(step, picture);
          if (known) compositor.paste(known, picture);
          else compositor.draw(face!, picture);
          if (!mouth && !known) idle.set(number, compositor.cut(picture));
          return picture;
        },
        [Symbol.dispose]: () => backdrop[Symbol.dispose](),
      };
    },
    [Symbol.asyncDispose]: () => hand[Symbol.asyncDispose](),
  };
}
