/** Finds once what no pose can bring into sight, so that it is never drawn: a third of the triangles. */
import { fullIn, type Rectangle } from "./area.ts";
import { drawHead, type Head, poseHead } from "./head.ts";
import { type Layer, type View } from "./layer.ts";
import { rotation, still } from "./pose.ts";

/** How far things may shift against each other, decimetres: skin under hair and clothes, back hair behind the head. */
const SKIN_SHIFT = 0.07;
const HAIR_SHIFT = 0.34;

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
  dropSkin(head, fullIn(covered, side, side), pad, SKIN_SHIFT * pixelsPerDm);
  if (!back) return;
  drawHead(head, {}, new Uint32Array(size * size));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (raster.color[2 * y * raster.side + 2 * x] >>> 24) {
        covered[Math.round(y + pad) * side + Math.round(x + pad)] = 1;
      }
    }
  }
  dropCells(back, fullIn(covered, side, side), side, HAIR_SHIFT * pixelsPerDm);
}

function dropSkin(head: Head, hidden: Rectangle, pad: number, margin: number): void {
  const { skin, inside, raster: { x, y, corner } } = head;
  const seen = (list: Uint16Array) => {
    const kept: number[] = [];
    for (let at = 0; at < list.length; at += 3) {
      const vertices = [corner[list[at]], corner[list[at + 1]], corner[list[at + 2]]];
      const xs = vertices.map((v) => x[v] / 2 + pad), ys = vertices.map((v) => y[v] / 2 + pad);
      const [x0, y0] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
      if (hidden(x0, y0, Math.max(...xs) + margin, Math.max(...ys) + margin)) continue;
      kept.push(list[at], list[at + 1], list[at + 2]);
    }
    return kept;
  };
  const kept = seen(skin.subarray(0, inside));
  head.skin = Uint16Array.from([...kept, ...skin.subarray(inside)]);
  head.inside = kept.length;
  head.outline = Uint16Array.from(new Set(kept.map((c) => corner[c]))).sort();
  head.creases = head.creases.map((list) => Uint16Array.from(seen(list)));
}

function dropCells(layer: Layer, hidden: Rectangle, side: number, margin: number): void {
  const { cells, used } = layer, step = side / cells;
  for (let cell = 0; cell < used.length; cell++) {
    const x = (cell % cells) * step, y = Math.floor(cell / cells) * step;
    if (hidden(x - margin, y - margin, x + step + margin, y + step + margin)) used[cell] = 0;
  }
}
