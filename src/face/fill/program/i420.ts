/** RGBA to planar YUV 4:2:0, BT.601, limited range (ITU-R BT.601-7), which is what browsers assume of small videos. */

/** Shares of red, green and blue (and none of alpha), in 256ths. */
const Y_RED: i16 = 66, Y_GREEN: i16 = 129, Y_BLUE: i16 = 25;
const U_RED: i16 = -38, U_GREEN: i16 = -74, U_BLUE: i16 = 112;
const V_RED: i16 = 112, V_GREEN: i16 = -94, V_BLUE: i16 = -18;
/** 16 and 128, and half a step for rounding. */
const BLACK: i32 = 16 * 256 + 128;
const GREY: i32 = 128 * 256 + 128;

/** The even 32-bit lanes of two vectors plus their odd ones: sums of four products become two, those of pixels. */
@inline
function pairs(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

/** Brightness of four pixels, a byte each. */
@inline
function luma(four: v128): u32 {
  const shares = i16x8(Y_RED, Y_GREEN, Y_BLUE, 0, Y_RED, Y_GREEN, Y_BLUE, 0);
  const sums = pairs(
    i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(four), shares),
    i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(four), shares),
  );
  const words = i32x4.shr_u(i32x4.add(sums, i32x4.splat(BLACK)), 8);
  const halves = i16x8.narrow_i32x4_u(words, words);
  return <u32> i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0);
}

/** A colour difference of two blocks of 2×2 pixels, a byte each. */
@inline
function chroma(averages: v128, shares: v128): u16 {
  const products = i32x4.dot_i16x8_s(averages, shares);
  const words = i32x4.shr_u(i32x4.add(pairs(products, products), i32x4.splat(GREY)), 8);
  const halves = i16x8.narrow_i32x4_u(words, words);
  return <u16> i16x8.extract_lane_u(i8x16.narrow_i16x8_u(halves, halves), 0);
}

/**
 * @param rgba `size` words a row, red lowest; alpha is ignored
 * @param size even, at least 4
 * @param out bytes of Y, then U, then V of a picture `size` wide and `height` high, of which the upper part is filled
 */
export function toI420(rgba: usize, size: i32, height: i32, out: usize): void {
  const uShares = i16x8(U_RED, U_GREEN, U_BLUE, 0, U_RED, U_GREEN, U_BLUE, 0);
  const vShares = i16x8(V_RED, V_GREEN, V_BLUE, 0, V_RED, V_GREEN, V_BLUE, 0);
  let u: usize = out + size * height, v: usize = u + ((size * height) >> 2);
  const line: usize = size << 2;
  for (let y = 0; y < size; y += 2) {
    const row: usize = rgba + y * line, to: usize = out + y * size;
    for (let step = 0; step < size; step += 4) {
      // The last four of a row may have been met before.
      const x: usize = step + 4 > size ? size - 4 : step;
      const from = row + (x << 2);
      const upper = v128.load(from), lower = v128.load(from + line);
      store<u32>(to + x, luma(upper));
      store<u32>(to + size + x, luma(lower));
      const left = i16x8.add(i16x8.extend_low_i8x16_u(upper), i16x8.extend_low_i8x16_u(lower));
      const right = i16x8.add(i16x8.extend_high_i8x16_u(upper), i16x8.extend_high_i8x16_u(lower));
      const sums = i16x8.add(v128.shuffle<u64>(left, right, 0, 2), v128.shuffle<u64>(left, right, 1, 3));
      const averages = i16x8.shr_u(sums, 2);
      store<u16>(u + (x >> 1), chroma(averages, uShares));
      store<u16>(v + (x >> 1), chroma(averages, vShares));
    }
    u += size >> 1;
    v += size >> 1;
  }
}

/**
 * The same for a picture that is partly transparent. No codec that all browsers take has alpha, so the picture is twice as
 * high: colours (premultiplied, over black) above, alpha as grey below.
 *
 * @param out size² × 3 bytes
 */
export function toI420WithAlpha(rgba: usize, size: i32, out: usize): void {
  const area = size * size;
  toI420(rgba, size, 2 * size, out);
  for (let i = 0; i < area; i++) {
    const alpha = load<u8>(rgba + (i << 2) + 3);
    store<u8>(out + area + i, <u8> (16 + (219 * <u32> alpha + 127) / 255));
  }
  // Grey has no colour: the lower halves of U and V.
  const quarter = area >> 2;
  memory.fill(out + 2 * area + quarter, 128, quarter);
  memory.fill(out + 2 * area + 3 * quarter, 128, quarter);
}
