/** Draws a talking head: background, back hair, head, clothes, front hair. */
import { createClothes, drawClothes } from "./clothes.ts";
import { createHead, drawHead, poseHead } from "./head.ts";
import { createLayer, drawLayer, type Layer, projectLayer, type View } from "./layer.ts";
import type { Pack } from "./pack.ts";
import type { Pose, Weights } from "./pose.ts";
import { prune } from "./prune.ts";
import { stanceOf } from "./stance.ts";

export interface Renderer {
  /** Pixels a side. */
  size: number;
  /** What lies behind the head from the next picture on: size² opaque RGBA words, or null for nothing. */
  background: Uint32Array | null;
  /** The last picture: size² RGBA words, premultiplied; opaque when there is a background. */
  frame: Uint32Array<ArrayBuffer>;
  /**
   * Draws one picture into `frame`. The same weights and pose always give the same pixels, so one renderer can serve
   * several callers in turn.
   */
  render(weights: Weights, pose: Pose): void;
}

/**
 * @param pack read for the same size
 * @param background size² opaque RGBA words, or null for a transparent one
 */
export function createRenderer(pack: Pack, size: number, background: Uint32Array | null): Renderer {
  const head = createHead(pack, size);
  const back = createLayer(pack, "hair_back"), front = createLayer(pack, "hair_front");
  const cloth = createLayer(pack, "cloth");
  const clothes = cloth && createClothes(cloth, size);
  prune(head, back, [front, cloth].filter((layer) => layer !== null));
  const frame = new Uint32Array(size * size);

  const drawHair = (layer: Layer | null, view: View) => {
    if (!layer) return;
    projectLayer(layer, pack, head.pivot, view, size);
    drawLayer(layer, frame, size);
  };
  return {
    size,
    background,
    frame,
    render(weights, pose) {
      const room = this.background;
      const { view, weights: shaped, gazeX, gazeY } = stanceOf(weights, pose);
      poseHead(head, shaped, view, gazeX, gazeY);
      if (room) frame.set(room);
      else frame.fill(0);
      drawHair(back, view);
      drawHead(head, shaped, frame);
      if (clothes) drawClothes(clothes, pack, head.pivot, view, frame, size);
      drawHair(front, view);
    },
  };
}
