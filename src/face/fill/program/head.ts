/**
 * Draws a head: coat after coat of paint on a mesh, with 2×2 samples a pixel, in bands that stay in the processor's cache.
 * Memory is far slower than computing: a picture of all samples would be read and written there several times.
 */
import {
  areaOf,
  CREASE,
  EYE,
  LASH,
  LIT,
  paintCrease,
  paintEye,
  paintLash,
  paintLit,
  paintSkin,
  SKIN,
} from "./coats";
import { firstCentre } from "./edges";
import { Coat, Corners, Mesh } from "./records";
import { over } from "./texels";

/** Rows of samples in a band: a power of 2. */
const ROWS_POWER: i32 = 5;
const ROWS: i32 = 1 << ROWS_POWER;
/** Four of these bytes are a depth far behind everything (-1.7e9 as f32). */
const FAR: u8 = 0xce;

/**
 * Draws the coats in their order and puts the picture over another one.
 *
 * @param coats addresses (u32) of `count` coats
 * @param x0 and the other corners of what is seen, in samples: multiples of 4 across, of 2 down
 * @param picture RGBA words, half as many a side as the mesh says
 */
export function drawHead(
  mesh: Mesh,
  coats: usize,
  count: i32,
  x0: i32,
  y0: i32,
  x1: i32,
  y1: i32,
  picture: usize,
): void {
  for (let n = 0; n < count; n++) sort(mesh, changetype<Coat>(load<u32>(coats + (n << 2))), y0, y1);
  for (let from = y0; from < y1; from += ROWS) {
    const to = min<i32>(from + ROWS, y1), band = (from - y0) >> ROWS_POWER;
    clear(mesh, x0, x1, to - from);
    for (let n = 0; n < count; n++) paintBand(mesh, changetype<Coat>(load<u32>(coats + (n << 2))), band, from, to);
    resolve(mesh, x0, x1, from, to, picture);
  }
}

/** Finds out in which bands each triangle lies. */
function sort(mesh: Mesh, coat: Coat, y0: i32, y1: i32): void {
  if (!coat.wanted) return;
  const twoSided = coat.kind == LASH;
  const size = offsetof<Corners>(), end = coat.triangles + coat.count * size;
  for (let at = coat.triangles; at < end; at += size) {
    const corners = changetype<Corners>(at);
    const a: usize = corners.a, b: usize = corners.b, c: usize = corners.c;
    const area = areaOf(mesh, a, b, c);
    corners.first = 1;
    corners.last = 0;
    if (twoSided ? area == 0 : !(area < 0)) continue;
    const ay = load<f32>(mesh.y + (a << 2)), by = load<f32>(mesh.y + (b << 2)), cy = load<f32>(mesh.y + (c << 2));
    const top = firstCentre(min<f32>(min<f32>(ay, by), cy), y0, y1);
    const bottom = firstCentre(max<f32>(max<f32>(ay, by), cy), y0, y1);
    if (top >= bottom) continue;
    corners.first = <u8> ((top - y0) >> ROWS_POWER);
    corners.last = <u8> ((bottom - 1 - y0) >> ROWS_POWER);
  }
}

function paintBand(mesh: Mesh, coat: Coat, band: i32, from: i32, to: i32): void {
  if (!coat.wanted) return;
  const size = offsetof<Corners>(), end = coat.triangles + coat.count * size;
  for (let at = coat.triangles; at < end; at += size) {
    const corners = changetype<Corners>(at);
    if (<i32> corners.first > band || <i32> corners.last < band) continue;
    if (coat.kind == SKIN) paintSkin(mesh, coat, corners, from, to);
    else if (coat.kind == CREASE) paintCrease(mesh, coat, corners, from, to);
    else if (coat.kind == LIT) paintLit(mesh, coat, corners, from, to);
    else if (coat.kind == EYE) paintEye(mesh, coat, corners, from, to);
    else paintLash(mesh, coat, corners, from, to);
  }
}

function clear(mesh: Mesh, x0: i32, x1: i32, rows: i32): void {
  for (let y = 0; y < rows; y++) {
    const at: usize = (y * mesh.stride + x0) << 2, bytes: usize = (x1 - x0) << 2;
    memory.fill(mesh.color + at, 0, bytes);
    memory.fill(mesh.depth + at, FAR, bytes);
  }
}

/** Averages 2×2 samples and puts them over the picture. */
function resolve(mesh: Mesh, x0: i32, x1: i32, y0: i32, y1: i32, picture: usize): void {
  const line: usize = mesh.stride << 2, two = i16x8.splat(2);
  for (let y = y0; y < y1; y += 2) {
    let from: usize = mesh.color + (((y - y0) * mesh.stride + x0) << 2);
    const end: usize = from + ((x1 - x0) << 2);
    let to: usize = picture + (((y >> 1) * (mesh.side >> 1) + (x0 >> 1)) << 2);
    for (; from < end; from += 16, to += 8) {
      const upper = v128.load(from), lower = v128.load(from + line);
      if (!v128.any_true(v128.or(upper, lower))) continue;
      const left = i16x8.add(i16x8.extend_low_i8x16_u(upper), i16x8.extend_low_i8x16_u(lower));
      const right = i16x8.add(i16x8.extend_high_i8x16_u(upper), i16x8.extend_high_i8x16_u(lower));
      const sums = i16x8.add(v128.shuffle<u64>(left, right, 0, 2), v128.shuffle<u64>(left, right, 1, 3));
      const average = i8x16.narrow_i16x8_u(i16x8.shr_u(i16x8.add(sums, two), 2), two);
      const pair = i64x2.extract_lane(average, 0);
      if ((pair & 0xff000000ff000000) == 0xff000000ff000000) {
        store<u64>(to, pair);
        continue;
      }
      store<u32>(to, over(<u32> pair, load<u32>(to)));
      store<u32>(to + 4, over(<u32> (pair >>> 32), load<u32>(to + 4)));
    }
  }
}
