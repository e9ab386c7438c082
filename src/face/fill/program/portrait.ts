/** A drawn face of red, green and blue planes, brought to the size of its place and blended over a picture in I420. */
import { Plane } from "./records";

/** Pixels a side of what is drawn. */
const FACE: i32 = 384;

/**
 * Red, green and blue of -1..1 (what lies beyond is cut off) to Y, U and V of 0..255 (ITU-R BT.601-7, limited range).
 *
 * @param face three planes of FACE² f32 each
 * @param yuv the same
 */
export function toYuv(face: usize, yuv: usize): void {
  const plane: usize = FACE * FACE * 4, least = f32x4.splat(-1), most = f32x4.splat(1);
  for (let at: usize = 0; at < plane; at += 16) {
    const red = f32x4.pmax(least, f32x4.pmin(most, v128.load(face + at)));
    const green = f32x4.pmax(least, f32x4.pmin(most, v128.load(face + plane + at)));
    const blue = f32x4.pmax(least, f32x4.pmin(most, v128.load(face + 2 * plane + at)));
    v128.store(yuv + at, mixed(125.5, 32.7405, red, 64.2765, green, 12.483, blue));
    v128.store(yuv + plane + at, mixed(128, -18.8985, red, -37.1015, green, 56, blue));
    v128.store(yuv + 2 * plane + at, mixed(128, 56, red, -46.893, green, -9.107, blue));
  }
}

@inline
function mixed(sum: f32, r: f32, red: v128, g: f32, green: v128, b: f32, blue: v128): v128 {
  const warm = f32x4.add(f32x4.splat(sum), f32x4.mul(f32x4.splat(r), red));
  const cool = f32x4.add(f32x4.mul(f32x4.splat(g), green), f32x4.mul(f32x4.splat(b), blue));
  return f32x4.add(warm, cool);
}

/** Blends one plane over the picture's, in place. */
export function drawPlane(plane: Plane): void {
  for (let y = 0; y < plane.height; y++) {
    mixRow(plane, y);
    const line: usize = y * plane.stride;
    if (plane.pairs == 1) drawRow(1, plane, line);
    else drawRow(2, plane, line);
  }
}

/** A line of the drawn face between its neighbours: the mean of `pairs` lines that each lie between two. */
@inline
function mixRow(plane: Plane, y: i32): void {
  const taps = plane.pairs * y;
  const first = source(plane, taps), second = source(plane, taps + plane.pairs - 1), below: usize = FACE * 4;
  const a = weight(plane, 2 * taps), b = weight(plane, 2 * taps + 1);
  const c = weight(plane, 2 * taps + 2), d = weight(plane, 2 * taps + 3);
  for (let at: usize = 0; at < below; at += 16) {
    let sum = f32x4.add(f32x4.mul(a, v128.load(first + at)), f32x4.mul(b, v128.load(first + below + at)));
    if (plane.pairs == 2) {
      sum = f32x4.add(sum, f32x4.mul(c, v128.load(second + at)));
      sum = f32x4.add(sum, f32x4.mul(d, v128.load(second + below + at)));
    }
    v128.store(plane.line + at, sum);
  }
}

@inline
function source(plane: Plane, tap: i32): usize {
  return plane.drawn + ((load<i32>(plane.rows + (tap << 2)) * FACE) << 2);
}

@inline
function weight(plane: Plane, at: i32): v128 {
  return v128.load32_splat(plane.rowWeights + (at << 2));
}

/** Four samples at a time; written values are rounded by the half. */
@inline
function drawRow(pairs: i32, plane: Plane, line: usize): void {
  const half = f32x4.splat(0.5), first = plane.columns, weights = plane.columnWeights;
  for (let x = 0; x < plane.stride; x += 4) {
    const tap = pairs * x;
    let value: v128;
    if (pairs == 1) value = sums(twoPairs(plane, first, weights, tap), twoPairs(plane, first, weights, tap + 2));
    else {
      value = sums(
        sums(twoPairs(plane, first, weights, tap), twoPairs(plane, first, weights, tap + 2)),
        sums(twoPairs(plane, first, weights, tap + 4), twoPairs(plane, first, weights, tap + 6)),
      );
    }
    const at = line + <usize> x;
    const there = f32x4.convert_i32x4_u(
      i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(plane.samples + at))),
    );
    const share = v128.load(plane.share + (at << 2));
    const blended = f32x4.add(f32x4.add(there, f32x4.mul(f32x4.sub(value, there), share)), half);
    const whole = i32x4.trunc_sat_f32x4_u(blended), words = i16x8.narrow_i32x4_u(whole, whole);
    store<u32>(plane.samples + at, <u32> i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0));
  }
}

/** Products of two pairs of neighbours with their weights. */
@inline
function twoPairs(plane: Plane, first: usize, weights: usize, tap: i32): v128 {
  const left = plane.line + ((load<i32>(first + (tap << 2))) << 2);
  const right = plane.line + ((load<i32>(first + (tap << 2) + 4)) << 2);
  return f32x4.mul(v128.load64_lane(right, v128.load64_zero(left), 1), v128.load(weights + (tap << 3)));
}

/** The sums of neighbours. */
@inline
function sums(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
}
