/** The clothes move so little that their picture is kept until they are off by a tenth of a pixel. */
import { drawLayer, type Layer, projectLayer, type View } from "./layer.ts";
import type { Pack } from "./pack.ts";
import { rotation, still } from "./pose.ts";
import { over } from "./texture.ts";

/** Pixels. The shift is rounded to it, so that a picture depends on its pose alone and not on the one before. */
const STEP = 0.2;
/** How much of the head's shift to the side reaches the shoulders. */
const SIDE_SHARE = 0.35;
const unturned = rotation(still);

export interface Clothes {
  layer: Layer;
  picture: Uint32Array;
  /** First row with anything in it. */
  top: number;
  /** Shift in steps the picture was drawn for. */
  right: number;
  up: number;
}

export function createClothes(layer: Layer, size: number): Clothes {
  return { layer, picture: new Uint32Array(size * size), top: 0, right: NaN, up: NaN };
}

export function drawClothes(
  clothes: Clothes,
  pack: Pack,
  pivot: number[],
  view: View,
  frame: Uint32Array,
  size: number,
): void {
  const { layer, picture } = clothes, steps = size / 2 / pack.camera.half / STEP;
  const right = Math.round(view.dx * SIDE_SHARE * steps), up = Math.round(view.dy * steps);
  if (right !== clothes.right || up !== clothes.up) {
    clothes.right = right;
    clothes.up = up;
    const shift: View = { head: unturned, hair: unturned, dx: right / steps / SIDE_SHARE, dy: up / steps };
    projectLayer(layer, pack, pivot, shift, size);
    picture.fill(0);
    drawLayer(layer, picture, size);
    const first = picture.findIndex((pixel) => pixel !== 0);
    clothes.top = first < 0 ? size : Math.floor(first / size);
  }
  for (let o = clothes.top * size; o < picture.length; o++) {
    const pixel = picture[o], alpha = pixel >>> 24;
    if (alpha === 255) frame[o] = pixel;
    else if (alpha) frame[o] = over(pixel, frame[o]);
  }
}
