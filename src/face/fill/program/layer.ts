/** Hair and clothes: a picture on a grid whose corners have been moved. */
import * as edges from "./edges";
import { HALF, ONE, placeEdges, POINT } from "./edges";
import { Grid } from "./records";
import * as slopes from "./slopes";
import { placeSlopes, placeTexture } from "./slopes";
import { over } from "./texels";

/** Shares of a texel have 7 bits. */
const FINE: i32 = 9;

@inline
function float(list: usize, at: i32): f32 {
  return load<f32>(list + ((<usize> at) << 2));
}

@inline
function clamped(value: i32, limit: i32): i32 {
  return value < 0 ? 0 : value > limit ? limit : value;
}

/** Draws the grid over a picture of `size` pixels a side. */
export function drawLayer(grid: Grid, picture: usize, size: i32): void {
  const cells = grid.cells, row = cells + 1;
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) {
      if (!load<u8>(grid.used + (j * cells + i))) continue;
      const a = j * row + i;
      drawTriangle(grid, picture, size, a, a + row, a + 1);
      drawTriangle(grid, picture, size, a + 1, a + row, a + row + 1);
    }
  }
}

/** Texture coordinates are those of the regular grid; the centre of a texel is half a texel on. */
function drawTriangle(grid: Grid, picture: usize, size: i32, a: i32, b: i32, c: i32): void {
  const ax = float(grid.x, a), ay = float(grid.y, a);
  const bx = float(grid.x, b), by = float(grid.y, b);
  const cx = float(grid.x, c), cy = float(grid.y, c);
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area == 0 || !placeEdges(ax, ay, bx, by, cx, cy, 0, size)) return;
  placeSlopes(ax, ay, bx, by, cx, cy, area);
  const row = grid.cells + 1, step = <f32> grid.width / <f32> grid.cells * ONE, half: f32 = ONE / 2;
  placeTexture(
    <f32> (a % row) * step - half,
    <f32> (a / row) * step - half,
    <f32> (b % row) * step - half,
    <f32> (b / row) * step - half,
    <f32> (c % row) * step - half,
    <f32> (c / row) * step - half,
  );
  walk(grid, picture, size);
}

@inline
function walk(grid: Grid, picture: usize, size: i32): void {
  const texture = grid.texture, width = grid.width, line: usize = width << 2;
  // The right and lower neighbours of the last texel that is read lie in the texture too.
  const limit = ((width - 1) << POINT) - 1;
  const middle = edges.middle, bottom = edges.bottom, longIsRight = edges.longIsRight, column = slopes.column;
  let longX = edges.longX, shortX = edges.shortX, shortStep = edges.shortStep;
  let uRow = slopes.u, vRow = slopes.v;
  for (let row = edges.top; row < bottom; row++) {
    if (row == middle) shortX = edges.lowerX, shortStep = edges.lowerStep;
    const first = ((longIsRight ? shortX : longX) + HALF) >> POINT;
    const end = ((longIsRight ? longX : shortX) + HALF) >> POINT;
    const left = first < 0 ? 0 : first, right = end > size ? size : end;
    let u = uRow + (left - column) * slopes.uRight, v = vRow + (left - column) * slopes.vRight;
    for (let o: usize = picture + ((row * size + left) << 2), n = left; n < right; n++, o += 4) {
      const x = clamped(u, limit), y = clamped(v, limit);
      u += slopes.uRight, v += slopes.vRight;
      const at = texture + (((y >> POINT) * width + (x >> POINT)) << 2);
      const upper = load<u64>(at), lower = load<u64>(at + line);
      if (!((upper | lower) & 0xff000000ff000000)) continue;
      const pixel = between(upper, lower, (x >> FINE) & 127, (y >> FINE) & 127);
      store<u32>(o, pixel >> 24 == 255 ? pixel : over(pixel, load<u32>(o)));
    }
    longX += edges.longStep, shortX += shortStep;
    uRow += slopes.uDown, vRow += slopes.vDown;
  }
}

/** Reads between two texels and the two below them; `right` and `down`: 0..127 of 128. */
@inline
function between(upper: u64, lower: u64, right: i32, down: i32): u32 {
  const half = i16x8.splat(64);
  const above = i16x8.mul(i16x8.extend_low_i8x16_u(i64x2.splat(upper)), i16x8.splat(<i16> (128 - down)));
  const below = i16x8.mul(i16x8.extend_low_i8x16_u(i64x2.splat(lower)), i16x8.splat(<i16> down));
  const both = i16x8.shr_u(i16x8.add(i16x8.add(above, below), half), 7);
  const first = i16x8.mul(both, i16x8.splat(<i16> (128 - right)));
  const second = i16x8.mul(v128.shuffle<u64>(both, both, 1, 0), i16x8.splat(<i16> right));
  const pixel = i16x8.shr_u(i16x8.add(i16x8.add(first, second), half), 7);
  return <u32> i32x4.extract_lane(i8x16.narrow_i16x8_u(pixel, pixel), 0);
}
