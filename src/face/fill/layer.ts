/** Fills hair and clothes with pixels. */
import { type Layer, projectLayer, type View } from "../layer.ts";
import type { Pack } from "../pack.ts";
import { clamp, rotation, still } from "../pose.ts";
import type { Store } from "./memory.ts";

export interface LayerFill {
  layer: Layer;
  store: Store;
  /** Address of the record that the program draws by. */
  grid: number;
  /** Picture coordinates of the grid's corners. */
  x: Float32Array;
  y: Float32Array;
}

/** The layer's cells must not be pruned any more. */
export function fillLayer(store: Store, layer: Layer): LayerFill {
  const { texture: { pixels, width }, cells, used, sx, sy } = layer;
  const x = store.put(sx), y = store.put(sy);
  return {
    layer,
    store,
    grid: store.put(Uint32Array.of(store.put(pixels), width, cells, store.put(used), x, y)),
    x: store.floats(x, sx.length),
    y: store.floats(y, sy.length),
  };
}

/** Draws the layer over a picture of `size` pixels a side in the store. */
export function drawLayer(
  { layer, store, grid, x, y }: LayerFill,
  pack: Pack,
  pivot: number[],
  view: View,
  picture: number,
  size: number,
): void {
  projectLayer(layer, pack, pivot, view, size);
  x.set(layer.sx);
  y.set(layer.sy);
  store.program.drawLayer(grid, picture, size);
}

/** Pixels. The shift is rounded to it, so that a picture depends on its pose alone and not on the one before. */
const STEP = 0.2;
/** How much of the head's shift to the side reaches the shoulders. */
const SIDE_SHARE = 0.35;
const unturned = rotation(still);

/** The clothes move so little that their picture is kept until they are off by a tenth of a pixel. */
export interface Clothes {
  fill: LayerFill;
  /** Address and view of their picture. */
  picture: number;
  pixels: Uint32Array;
  /** First row with anything in it. */
  top: number;
  /** Shift in steps the picture was drawn for. */
  right: number;
  up: number;
}

export function fillClothes(store: Store, layer: Layer, size: number): Clothes {
  const picture = store.reserve(4 * size * size);
  const fill = fillLayer(store, layer);
  return { fill, picture, pixels: store.words(picture, size * size), top: 0, right: NaN, up: NaN };
}

/** The first row, an even one, of a picture of `size` pixels a side that anything of the projected layer can lie in. */
function topOf({ cells, used, sy }: Layer, size: number): number {
  let top = size;
  for (let cell = 0; cell < used.length; cell++) {
    if (!used[cell]) continue;
    const corner = Math.floor(cell / cells) * (cells + 1) + cell % cells;
    top = Math.min(top, sy[corner], sy[corner + 1]);
  }
  return clamp(2 * Math.floor(top / 2), 0, size);
}

/** Draws the clothes over a picture of `size` pixels a side in the store. */
export function drawClothes(
  clothes: Clothes,
  pack: Pack,
  pivot: number[],
  view: View,
  picture: number,
  size: number,
): void {
  const { fill, pixels } = clothes, steps = size / 2 / pack.camera.half / STEP;
  const right = Math.round(view.dx * SIDE_SHARE * steps), up = Math.round(view.dy * steps);
  if (right !== clothes.right || up !== clothes.up) {
    clothes.right = right;
    clothes.up = up;
    const shift: View = { head: unturned, hair: unturned, dx: right / steps / SIDE_SHARE, dy: up / steps };
    pixels.fill(0);
    drawLayer(fill, pack, pivot, shift, clothes.picture, size);
    clothes.top = topOf(fill.layer, size);
  }
  const skipped = clothes.top * size;
  fill.store.program.cover(picture + 4 * skipped, clothes.picture + 4 * skipped, size * size - skipped);
}
