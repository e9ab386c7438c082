/** Finds once what no pose can bring into sight, so that it is never drawn: a third of the triangles. */
import { fullIn, type Rectangle } from "./area.ts";
import { creasedTriangles } from "./crease.ts";
import { type Head, poseHead } from "./head.ts";
import type { Layer, View } from "./layer.ts";
import { rotation, still } from "./pose.ts";

/** How far things may shift against each other, decimetres: skin under hair and clothes, back hair behind the head. */
const SKIN_SHIFT = 0.07;
const HAIR_SHIFT = 0.34;

/** What of a head can be seen. */
export interface VisibleHead {
  /** Triangles of the skin, without the mouth's lining. */
  skin: Uint16Array;
  /** The triangles that a smile creases, and those that a frown does. */
  creases: [smiles: Uint16Array, frowns: Uint16Array];
  /** All vertices of the skin. */
  outline: Uint16Array;
}

/** Marks what of a picture of the layers' size is opaque. */
export interface Cover {
  /** Pixels a side. */
  side: number;
  mask: Uint8Array;
}

/** What these layers hide. */
export function coverOf(layers: Layer[]): Cover {
  const side = layers[0]?.texture.width ?? 0, mask = new Uint8Array(side * side);
  for (const { texture: { pixels } } of layers) {
    for (let o = 0; o < mask.length; o++) if (pixels[o] >>> 24 > 250) mask[o] = 1;
  }
  return { side, mask };
}

/** Leaves out the skin under opaque hair and clothes. The head is left posed straight ahead. */
export function seenOf(head: Head, { side, mask }: Cover): VisibleHead {
  const { pack: { geometry: g, textures: t, camera }, size, inside, x, y } = head, turn = rotation(still);
  const view: View = { head: turn, hair: turn, dx: 0, dy: 0 };
  poseHead(head, {}, view, 0, 0);
  const hidden = fullIn(mask, side, side), pad = (side - size) / 2;
  const margin = SKIN_SHIFT * size / 2 / camera.half;
  const seen = (list: Uint16Array) => {
    const kept: number[] = [];
    for (let at = 0; at < list.length; at += 3) {
      const vertices = [g.corner[list[at]], g.corner[list[at + 1]], g.corner[list[at + 2]]];
      const xs = vertices.map((v) => x[v] / 2 + pad), ys = vertices.map((v) => y[v] / 2 + pad);
      const [x0, y0] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
      if (hidden(x0, y0, Math.max(...xs) + margin, Math.max(...ys) + margin)) continue;
      kept.push(list[at], list[at + 1], list[at + 2]);
    }
    return Uint16Array.from(kept);
  };
  const skin = seen(head.skin.subarray(0, inside));
  const folds = (shift: number) =>
    g.crease ? seen(creasedTriangles(g, inside, t.crease, shift)) : new Uint16Array();
  return {
    skin,
    creases: [folds(0), folds(8)],
    outline: Uint16Array.from(new Set(skin.map((corner) => g.corner[corner]))).sort(),
  };
}

/**
 * Drops the cells of the back hair that lie behind the head and what else covers them.
 *
 * @param drawn the head's picture over nothing
 */
export function dropHidden(
  back: Layer,
  { pack: { camera }, size }: Head,
  drawn: Uint32Array,
  { side, mask }: Cover,
): void {
  const pad = (side - size) / 2, covered = mask.slice();
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (drawn[y * size + x] >>> 24) covered[Math.round(y + pad) * side + Math.round(x + pad)] = 1;
    }
  }
  dropCells(back, fullIn(covered, side, side), side, HAIR_SHIFT * size / 2 / camera.half);
}

function dropCells({ cells, used }: Layer, hidden: Rectangle, side: number, margin: number): void {
  const step = side / cells;
  for (let cell = 0; cell < used.length; cell++) {
    const x = (cell % cells) * step, y = Math.floor(cell / cells) * step;
    if (hidden(x - margin, y - margin, x + step + margin, y + step + margin)) used[cell] = 0;
  }
}
