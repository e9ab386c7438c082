/**
 * Draws textured triangles with a depth buffer; one function for each way a surface gets its colour. Drawing is
 * synchronous, so one scratch triangle serves all.
 */
import type { Texture } from "./texture.ts";
import { createTriangle, place, span } from "./triangle.ts";

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

const triangle = createTriangle();
/** Value at the first corner, and change per pixel to the right and down, of what varies over the triangle. */
const plane = {
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

/** Prepares the triangle whose first corner is `list[at]`; false when there is nothing to draw. */
function prepare(r: Raster, list: Uint16Array, at: number, texture: Texture, twoSided: boolean): boolean {
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

/** Skin: triangles `from`..`to` of the list, blended from texture `a` to texture `b` by the weight. */
export function drawSkin(
  r: Raster,
  list: Uint16Array,
  from: number,
  to: number,
  a: Texture,
  b: Texture,
): void {
  const { side, corner, weight } = r;
  for (let at = from; at < to; at += 3) {
    if (!prepare(r, list, at, a, false)) continue;
    const wa = weight[corner[list[at]]], wb = weight[corner[list[at + 1]]], wc = weight[corner[list[at + 2]]];
    const only = Math.max(wa, wb, wc) < 0.008 ? a : Math.min(wa, wb, wc) > 0.992 ? b : null;
    for (let y = triangle.top; y < triangle.bottom; y++) {
      if (!span(triangle, y, side)) continue;
      if (only) plainRow(r, y, only);
      else blendedRow(r, y, a, b);
    }
  }
}

function plainRow(r: Raster, y: number, texture: Texture): void {
  const { color, depth, side } = r, { pixels, width } = texture, p = plane, { ux, vx, zx } = p;
  const X = triangle.left + 0.5 - triangle.ax, Y = y + 0.5 - triangle.ay;
  let u = p.u + ux * X + p.uy * Y, v = p.v + vx * X + p.vy * Y, z = p.z + zx * X + p.zy * Y;
  for (
    let o = y * side + triangle.left, end = y * side + triangle.right;
    o < end;
    o++, u += ux, v += vx, z += zx
  ) {
    if (z < depth[o]) continue;
    depth[o] = z;
    color[o] = pixels[(v | 0) * width + (u | 0)];
  }
}

function blendedRow(r: Raster, y: number, a: Texture, b: Texture): void {
  const { color, depth, side } = r, width = a.width, first = a.pixels, second = b.pixels;
  const p = plane, { ux, vx, zx, wx } = p;
  const X = triangle.left + 0.5 - triangle.ax, Y = y + 0.5 - triangle.ay;
  let u = p.u + ux * X + p.uy * Y, v = p.v + vx * X + p.vy * Y;
  let z = p.z + zx * X + p.zy * Y, w = p.w + wx * X + p.wy * Y;
  const end = y * side + triangle.right;
  for (let o = y * side + triangle.left; o < end; o++, u += ux, v += vx, z += zx, w += wx) {
    if (z < depth[o]) continue;
    depth[o] = z;
    const i = (v | 0) * width + (u | 0), f = first[i], s = second[i], m = w | 0, n = 256 - m;
    const redBlue = (((f & 0xff00ff) * n + (s & 0xff00ff) * m) >>> 8) & 0xff00ff;
    const green = (((f & 0xff00) * n + (s & 0xff00) * m) >>> 8) & 0xff00;
    color[o] = 0xff000000 | redBlue | green;
  }
}

/** Inside of the mouth: triangles from `from` on, the texture darkened by the weight; `nearer` is added to the depth. */
export function drawLit(r: Raster, list: Uint16Array, from: number, texture: Texture, nearer = 0): void {
  const { side, color, depth } = r, { pixels, width } = texture, t = triangle, p = plane;
  for (let at = from; at < list.length; at += 3) {
    if (!prepare(r, list, at, texture, false)) continue;
    const { ux, vx, zx, wx } = p;
    for (let y = t.top; y < t.bottom; y++) {
      if (!span(t, y, side)) continue;
      const X = t.left + 0.5 - t.ax, Y = y + 0.5 - t.ay;
      let u = p.u + ux * X + p.uy * Y, v = p.v + vx * X + p.vy * Y;
      let z = p.z + nearer + zx * X + p.zy * Y, w = p.w + wx * X + p.wy * Y;
      const end = y * side + t.right;
      for (let o = y * side + t.left; o < end; o++, u += ux, v += vx, z += zx, w += wx) {
        if (z < depth[o]) continue;
        depth[o] = z;
        const c = pixels[(v | 0) * width + (u | 0)], m = w | 0;
        const redBlue = (((c & 0xff00ff) * m) >>> 8) & 0xff00ff, green = (((c & 0xff00) * m) >>> 8) & 0xff00;
        color[o] = 0xff000000 | redBlue | green;
      }
    }
  }
}

/** Eyes: the turning iris, times the standing shadow of the lids (red of `map`), plus the standing reflection (green). */
export function drawEyes(r: Raster, list: Uint16Array, texture: Texture, map: Texture, nearer: number): void {
  const { side, color, depth, corner, u2, v2 } = r, { pixels, width } = texture, t = triangle, p = plane;
  for (let at = 0; at < list.length; at += 3) {
    if (!prepare(r, list, at, texture, false)) continue;
    const A = corner[list[at]], B = corner[list[at + 1]], C = corner[list[at + 2]], k = 1 / t.area;
    const bx = (t.cy - t.ay) * k, by = (t.ax - t.cx) * k, cx = (t.ay - t.by) * k, cy = (t.bx - t.ax) * k;
    const e = u2[A] * map.width, eb = u2[B] * map.width - e, ec = u2[C] * map.width - e;
    const f = v2[A] * map.height, fb = v2[B] * map.height - f, fc = v2[C] * map.height - f;
    const ex = eb * bx + ec * cx, ey = eb * by + ec * cy, fx = fb * bx + fc * cx, fy = fb * by + fc * cy;
    const { ux, vx, zx } = p;
    for (let y = t.top; y < t.bottom; y++) {
      if (!span(t, y, side)) continue;
      const X = t.left + 0.5 - t.ax, Y = y + 0.5 - t.ay, end = y * side + t.right;
      let u = p.u + ux * X + p.uy * Y, v = p.v + vx * X + p.vy * Y, z = p.z + nearer + zx * X + p.zy * Y;
      let mu = e + ex * X + ey * Y, mv = f + fx * X + fy * Y;
      for (let o = y * side + t.left; o < end; o++, u += ux, v += vx, z += zx, mu += ex, mv += fx) {
        if (z < depth[o]) continue;
        depth[o] = z;
        color[o] = eyeColor(pixels[(v | 0) * width + (u | 0)], map, mu | 0, mv | 0);
      }
    }
  }
}

function eyeColor(iris: number, map: Texture, x: number, y: number): number {
  const column = x < 0 ? 0 : x >= map.width ? map.width - 1 : x;
  const row = y < 0 ? 0 : y >= map.height ? map.height - 1 : y;
  const light = map.pixels[row * map.width + column], shade = light & 255, glint = (light >>> 8) & 255;
  const red = (((iris & 255) * shade) >> 8) + glint;
  const green = ((((iris >>> 8) & 255) * shade) >> 8) + glint;
  const blue = ((((iris >>> 16) & 255) * shade) >> 8) + glint;
  return 0xff000000 | ((blue > 255 ? 255 : blue) << 16) | ((green > 255 ? 255 : green) << 8) |
    (red > 255 ? 255 : red);
}

/** Lashes: a dark brown over what is there, as dense as the texture's red says; seen from both sides. */
export function drawLashes(r: Raster, list: Uint16Array, texture: Texture, nearer: number): void {
  const { side, color, depth } = r, { pixels, width } = texture, t = triangle, p = plane;
  for (let at = 0; at < list.length; at += 3) {
    if (!prepare(r, list, at, texture, true)) continue;
    const { ux, vx, zx } = p;
    for (let y = t.top; y < t.bottom; y++) {
      if (!span(t, y, side)) continue;
      const X = t.left + 0.5 - t.ax, Y = y + 0.5 - t.ay, end = y * side + t.right;
      let u = p.u + ux * X + p.uy * Y, v = p.v + vx * X + p.vy * Y, z = p.z + nearer + zx * X + p.zy * Y;
      for (let o = y * side + t.left; o < end; o++, u += ux, v += vx, z += zx) {
        const m = pixels[(v | 0) * width + (u | 0)] & 255;
        if (!m || z < depth[o]) continue;
        const n = 256 - m, below = color[o];
        const redBlue = (((below & 0xff00ff) * n + 0x080007 * m) >>> 8) & 0xff00ff;
        const green = (((below & 0xff00) * n + 0x0600 * m) >>> 8) & 0xff00;
        color[o] = (below & 0xff000000) | redBlue | green;
      }
    }
  }
}
