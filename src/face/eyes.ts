/** Fills triangles with eyes and lashes. */
import { plane, prepare, type Raster, triangle } from "./raster.ts";
import type { Texture } from "./texture.ts";
import { span } from "./triangle.ts";

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
