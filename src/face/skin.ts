/** Fills triangles with skin, its creases, and what lies inside the mouth. */
import { plane, prepare, type Raster, triangle } from "./raster.ts";
import type { Texture } from "./texture.ts";
import { span } from "./triangle.ts";

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

/**
 * Creases the skin that was drawn last: where they are seen, its triangles in `list` become lighter or darker by the weight. The
 * byte of `texture` that begins at bit `shift` says how much: 0 black, 128 unchanged, 255 twice as light. Red light comes
 * from further away under the skin and changes by three quarters of it.
 */
export function drawCrease(r: Raster, list: Uint16Array, texture: Texture, shift: number): void {
  const { side, corner, weight } = r;
  for (let at = 0; at < list.length; at += 3) {
    if (weight[corner[list[at]]] + weight[corner[list[at + 1]]] + weight[corner[list[at + 2]]] < 0.01) {
      continue;
    }
    if (!prepare(r, list, at, texture, false)) continue;
    for (let y = triangle.top; y < triangle.bottom; y++) {
      if (span(triangle, y, side)) creasedRow(r, y, texture, shift);
    }
  }
}

function creasedRow(r: Raster, y: number, { pixels, width }: Texture, shift: number): void {
  const { color, depth, side } = r, p = plane, { ux, vx, zx, wx } = p;
  const X = triangle.left + 0.5 - triangle.ax, Y = y + 0.5 - triangle.ay;
  let u = p.u + ux * X + p.uy * Y, v = p.v + vx * X + p.vy * Y;
  let z = p.z + zx * X + p.zy * Y, w = p.w + wx * X + p.wy * Y;
  const end = y * side + triangle.right;
  for (let o = y * side + triangle.left; o < end; o++, u += ux, v += vx, z += zx, w += wx) {
    // Rounded as the depth was when this pixel was drawn.
    if (Math.fround(z) < depth[o]) continue;
    const change = ((pixels[(v | 0) * width + (u | 0)] >>> shift) & 255) - 128;
    const more = (change * (w | 0)) >> 7, c = color[o];
    const red = ((c & 255) * (256 + more - (more >> 2))) >> 8,
      green = (((c >>> 8) & 255) * (256 + more)) >> 8;
    const blue = (((c >>> 16) & 255) * (256 + more)) >> 8;
    color[o] = 0xff000000 | ((blue > 255 ? 255 : blue) << 16) | ((green > 255 ? 255 : green) << 8) |
      (red > 255 ? 255 : red);
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
