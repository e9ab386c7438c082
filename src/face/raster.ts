/** The head's picture with depth, and what all ways to fill a triangle of it share (`skin.ts`, `eyes.ts`). */
import type { Texture } from "./texture.ts";
import { createTriangle, place } from "./triangle.ts";

/** A square picture with depth, and the projected mesh that is drawn into it. */
export interface Raster {
  /** Pixels a side. */
  side: number;
  /** RGBA words; 0 where nothing was drawn. */
  color: Uint32Array;
  /** Greater is nearer. */
  depth: Float32Array;
  /** Vertex of each corner. */
  corner: Uint16Array;
  /** Texture coordinates of each corner, 0..1. */
  u: Float32Array;
  v: Float32Array;
  /** Picture coordinates and depth of each vertex. */
  x: Float32Array;
  y: Float32Array;
  z: Float32Array;
  /** Of each vertex, 0..1: share of the second texture (skin), or brightness (inside of the mouth). */
  weight: Float32Array;
  /** Second texture coordinates of each vertex, 0..1 (eyes). */
  u2: Float32Array;
  v2: Float32Array;
}

export function createRaster(
  side: number,
  corner: Uint16Array,
  uv: Float32Array,
  vertices: number,
): Raster {
  const list = () => new Float32Array(vertices);
  return {
    side,
    color: new Uint32Array(side * side),
    depth: new Float32Array(side * side),
    corner,
    u: Float32Array.from(corner, (_, i) => uv[2 * i]),
    v: Float32Array.from(corner, (_, i) => uv[2 * i + 1]),
    x: list(),
    y: list(),
    z: list(),
    weight: list(),
    u2: list(),
    v2: list(),
  };
}

/** Empties a rectangle (the right and bottom edges are outside). */
export function clear({ side, color, depth }: Raster, x0: number, y0: number, x1: number, y1: number): void {
  for (let y = y0; y < y1; y++) {
    color.fill(0, y * side + x0, y * side + x1);
    depth.fill(-1e9, y * side + x0, y * side + x1);
  }
}

/** The triangle being drawn. Drawing is synchronous, so one serves all. */
export const triangle = createTriangle();
/** Value at the first corner, and change per pixel to the right and down, of what varies over the triangle. */
export const plane = {
  u: 0.5,
  ux: 0.5,
  uy: 0.5,
  v: 0.5,
  vx: 0.5,
  vy: 0.5,
  z: 0.5,
  zx: 0.5,
  zy: 0.5,
  w: 0.5,
  wx: 0.5,
  wy: 0.5,
};

/** Sets `triangle` and `plane` to the triangle whose first corner is `list[at]`; false when there is nothing to draw. */
export function prepare(
  r: Raster,
  list: Uint16Array,
  at: number,
  texture: Texture,
  twoSided: boolean,
): boolean {
  const a = list[at], b = list[at + 1], c = list[at + 2], { corner, u, v, z, weight } = r;
  const A = corner[a], B = corner[b], C = corner[c], t = triangle, p = plane;
  if (!place(t, r.x, r.y, A, B, C, r.side, twoSided)) return false;
  const k = 1 / t.area;
  const bx = (t.cy - t.ay) * k, by = (t.ax - t.cx) * k, cx = (t.ay - t.by) * k, cy = (t.bx - t.ax) * k;
  const { width, height } = texture;
  p.u = u[a] * width;
  p.v = v[a] * height;
  const ub = u[b] * width - p.u, uc = u[c] * width - p.u;
  const vb = v[b] * height - p.v, vc = v[c] * height - p.v;
  p.ux = ub * bx + uc * cx;
  p.uy = ub * by + uc * cy;
  p.vx = vb * bx + vc * cx;
  p.vy = vb * by + vc * cy;
  p.z = z[A];
  const zb = z[B] - p.z, zc = z[C] - p.z;
  p.zx = zb * bx + zc * cx;
  p.zy = zb * by + zc * cy;
  const w = weight[A], wb = weight[B] - w, wc = weight[C] - w;
  p.w = w * 256;
  p.wx = (wb * bx + wc * cx) * 256;
  p.wy = (wb * by + wc * cy) * 256;
  return true;
}
