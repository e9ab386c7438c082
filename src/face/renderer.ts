/** Draws a talking head: background, back hair, head, clothes, front hair. */
import { drawHead, fillHead } from "./fill/head.ts";
import { drawClothes, drawLayer, fillClothes, fillLayer, type LayerFill } from "./fill/layer.ts";
import { createStore } from "./fill/memory.ts";
import { createHead, poseHead } from "./head.ts";
import { createLayer, type View } from "./layer.ts";
import type { Pack } from "./pack.ts";
import type { Pose, Weights } from "./pose.ts";
import { coverOf, dropHidden, seenOf } from "./prune.ts";
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
  /**
   * The last picture as planar YUV 4:2:0, BT.601, limited range; it is overwritten by the next one.
   *
   * @param transparent twice as high: below, alpha as grey
   */
  toI420(transparent?: boolean): Uint8Array<ArrayBuffer>;
}

/** Bytes for each pixel of the picture: itself, that of the clothes, planes with alpha. */
const PIXEL = 4 + 4 + 3;
/** For what bands, vertices, triangles and grids need at most (`limits.ts`). */
const LISTS = 12 << 20;

function bytesFor({ textures }: Pack, size: number): number {
  return Object.values(textures).reduce(
    (sum, { pixels }) => sum + pixels.byteLength,
    PIXEL * size * size + LISTS,
  );
}

/**
 * @param pack read for the same size
 * @param size even, at least 4
 * @param background size² opaque RGBA words, or null for a transparent one
 */
export function createRenderer(pack: Pack, size: number, background: Uint32Array | null): Renderer {
  const store = createStore(bytesFor(pack, size)), { program } = store, area = size * size;
  const head = createHead(pack, size);
  const back = createLayer(pack, "hair_back"), front = createLayer(pack, "hair_front");
  const cloth = createLayer(pack, "cloth");
  const cover = coverOf([front, cloth].filter((layer) => layer !== null));
  const picture = store.reserve(4 * area), planes = store.reserve(3 * area);
  const headFill = fillHead(store, head, seenOf(head, cover));
  if (back && cover.side > 0) {
    drawHead(headFill, {}, picture);
    dropHidden(back, head, store.words(picture, area), cover);
  }
  const backFill = back && fillLayer(store, back), frontFill = front && fillLayer(store, front);
  const clothes = cloth && fillClothes(store, cloth, size);
  const frame = store.words(picture, area);
  const drawHair = (fill: LayerFill | null, view: View) => {
    if (fill) drawLayer(fill, pack, head.pivot, view, picture, size);
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
      drawHair(backFill, view);
      drawHead(headFill, shaped, picture);
      if (clothes) drawClothes(clothes, pack, head.pivot, view, picture, size);
      drawHair(frontFill, view);
    },
    toI420(transparent = false) {
      if (transparent) program.toI420WithAlpha(picture, size, planes);
      else program.toI420(picture, size, size, planes);
      return store.bytes(planes, area * (transparent ? 3 : 1.5));
    },
  };
}
