/**
 * Creases: the folds that smiles, raised brows and frowns make in the skin. A pack holds them as light (`crease.png`: how
 * much lighter or darker the creased skin is) and as what each vertex creases with.
 */
import { fullIn } from "./area.ts";
import type { Geometry } from "./geometry.ts";
import { smoothstep, type Weights } from "./pose.ts";
import type { Texture } from "./texture.ts";

/** Numbers for each vertex. The first `FROWN` of them belong to the red of the picture, the others to its green. */
export const CREASES = 8;
export const FROWN = 5;

/**
 * How strongly a face creases, 0..1 each: smile left and right, outer brow up left and right, inner brow up; mouth frown
 * left and right, brow down. They come in softly and are 0 for what the lips do when they speak and for what a face does
 * when it listens, so that skin only creases with an expression.
 */
export function creaseDrives(weights: Weights): number[] {
  const of = (name: string) => weights[name] ?? 0;
  const smile = (side: string) =>
    of(`mouthSmile${side}`) + 0.5 * of(`cheekSquint${side}`) + 0.4 * of(`mouthDimple${side}`);
  return [
    smoothstep(0.15, 0.85, smile("Left")),
    smoothstep(0.15, 0.85, smile("Right")),
    smoothstep(0.15, 0.7, of("browOuterUpLeft")),
    smoothstep(0.15, 0.7, of("browOuterUpRight")),
    smoothstep(0.15, 0.75, of("browInnerUp")),
    smoothstep(0.1, 0.6, of("mouthFrownLeft")),
    smoothstep(0.1, 0.6, of("mouthFrownRight")),
    smoothstep(0.1, 0.75, Math.max(of("browDownLeft"), of("browDownRight"))),
  ];
}

/**
 * Writes into `shares` how far each vertex is creased, 0..1, by the drives `first` up to `end`.
 *
 * @param crease `CREASES` bytes for each vertex
 * @returns false when none is, and then nothing is written
 */
export function mixCrease(
  crease: Uint8Array,
  vertices: number,
  drives: readonly number[],
  first: number,
  end: number,
  shares: Float32Array,
): boolean {
  const moved: number[] = [];
  for (let k = first; k < end; k++) if (drives[k] > 0) moved.push(k);
  if (moved.length === 0) return false;
  for (let v = 0; v < vertices; v++) {
    let sum = 0;
    for (const k of moved) sum += crease[v * CREASES + k] * drives[k];
    shares[v] = Math.min(1, sum / 255);
  }
  return true;
}

/** A change of light by so many of 128 is not seen. */
const UNSEEN = 3;

/**
 * The triangles of the skin that can be seen to crease; it is a fifth of those whose vertices do.
 *
 * @param end corners of the skin before those that line the mouth
 * @param shift where the byte begins in the picture's words: 0 or 8
 * @returns corners, three for each triangle
 */
export function creasedTriangles(
  geometry: Geometry,
  end: number,
  picture: Texture,
  shift: number,
): Uint16Array {
  const { skin, corner, uv, crease } = geometry, { width, height, pixels } = picture;
  // Loops: `Uint8Array.from` would hold up other callers' pictures for longer than a picture lasts.
  const unchanged = new Uint8Array(pixels.length);
  for (let o = 0; o < pixels.length; o++) {
    unchanged[o] = Math.abs(((pixels[o] >>> shift) & 255) - 128) <= UNSEEN ? 1 : 0;
  }
  const same = fullIn(unchanged, width, height), [first, last] = shift === 0 ? [0, FROWN] : [FROWN, CREASES];
  const folds = (c: number) => {
    const from = corner[c] * CREASES;
    for (let k = from + first; k < from + last; k++) if (crease![k] > 0) return true;
    return false;
  };
  const found: number[] = [];
  for (let at = 0; at < end; at += 3) {
    const corners = [skin[at], skin[at + 1], skin[at + 2]];
    if (!corners.some(folds)) continue;
    const us = corners.map((c) => uv[2 * c] * width), vs = corners.map((c) => uv[2 * c + 1] * height);
    if (!same(Math.min(...us), Math.min(...vs), Math.max(...us), Math.max(...vs))) found.push(...corners);
  }
  return Uint16Array.from(found);
}
