/** Finds once what no pose can bring into sight, so that it is never drawn: a third of the triangles. */
import { drawHead, type Head, poseHead } from "./head.ts";
import { type Layer, type View } from "./layer.ts";
import { rotation, still } from "./pose.ts";

/** How far things may shift against each other, decimetres: skin under hair and clothes, back hair behind the head. */
const SKIN_SHIFT = 0.07;
const HAIR_SHIFT = 0.17;

type Rectangle = (x0: number, y0: number, x1: number, y1: number) => boolean;

/**
 * Drops the skin under opaque hair and clothes from the head's triangles, and the cells of the back hair behind the head.
 * The head is left posed straight ahead.
 */
export function prune(head: Head, back: Layer | null, covers: Layer[]): void {
  const { raster, size } = head, turn = rotation(still);
  const view: View = { head: turn, hair: turn, dx: 0, dy: 0 };
  poseHead(head, {}, view, 0, 0);
  if (covers.length === 0) return;
  const side = covers[0].texture.width, pad = (side - size) / 2;
  const pixelsPerDm = size / 2 / head.pack.camera.half;
  const covered = new Uint8Array(side * side);
  for (const { texture: { pixels } } of covers) {
    for (let o = 0; o < covered.length; o++) if (pixels[o] >>> 24 > 250) covered[o] = 1;
  }
  dropSkin(head, hiddenBy(covered, side), pad, SKIN_SHIFT * pixelsPerDm);
  if (!back) return;
  drawHead(head, {}, new Uint32Array(size * size));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (raster.color[2 * y * raster.side + 2 * x] >>> 24) {
        covered[Math.round(y + pad) * side + Math.round(x + pad)] = 1;
      }
    }
  }
  dropCells(back, hiddenBy(covered, side), side, HAIR_SHIFT * pixelsPerDm);
}

function dropSkin(head: Head, hidden: Rectangle, pad: number, margin: number): void {
  const { skin, inside, raster: { x, y, corner } } = head, kept: number[] = [];
  for (let at = 0; at < inside; at += 3) {
    const vertices = [corner[skin[at]], corner[skin[at + 1]], corner[skin[at + 2]]];
    const xs = vertices.map((v) => x[v] / 2 + pad), ys = vertices.map((v) => y[v] / 2 + pad);
    const [x0, y0] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
    if (hidden(x0, y0, Math.max(...xs) + margin, Math.max(...ys) + margin)) continue;
    kept.push(skin[at], skin[at + 1], skin[at + 2]);
  }
  head.skin = Uint16Array.from([...kept, ...skin.subarray(inside)]);
  head.inside = kept.length;
  head.outline = Uint16Array.from(new Set(kept.map((c) => corner[c]))).sort();
}

function dropCells(layer: Layer, hidden: Rectangle, side: number, margin: number): void {
  const { cells, used } = layer, step = side / cells;
  for (let cell = 0; cell < used.length; cell++) {
    const x = (cell % cells) * step, y = Math.floor(cell / cells) * step;
    if (hidden(x - margin, y - margin, x + step + margin, y + step + margin)) used[cell] = 0;
  }
}

/** Is a rectangle completely set in a square mask? (Summed-area table, Crow 1984.) */
function hiddenBy(mask: Uint8Array, side: number): Rectangle {
  const row = side + 1, sum = new Int32Array(row * row);
  for (let y = 0; y < side; y++) {
    for (let x = 0, line = 0; x < side; x++) {
      line += mask[y * side + x];
      sum[(y + 1) * row + x + 1] = sum[y * row + x + 1] + line;
    }
  }
  return (x0, y0, x1, y1) => {
    const left = Math.floor(x0), top = Math.floor(y0);
    const right = Math.min(side, Math.ceil(x1)), bottom = Math.min(side, Math.ceil(y1));
    if (left < 0 || top < 0 || right <= left || bottom <= top) return false;
    const set = sum[bottom * row + right] - sum[top * row + right] - sum[bottom * row + left] +
      sum[top * row + left];
    return set === (right - left) * (bottom - top);
  };
}
