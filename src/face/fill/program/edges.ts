/**
 * The edges of the triangle being filled. The pixel (x, y) has its centre at (x + .5, y + .5) and belongs to the triangle
 * when the centre lies inside (top-left rule by rounding up on both sides), so neighbours neither overlap nor leave gaps:
 * an edge is computed from its upper end, whichever of its two triangles asks.
 */

/** Coordinates across are whole numbers of this share: 16 bits behind the point. */
export const ONE: f32 = 65536;
export const POINT: i32 = 16;
/** Puts a coordinate on the first pixel whose centre lies at or behind it: just less than half. */
export const HALF: i32 = 32767;

/** First row, the first of the lower short edge, and the one after the last. */
export let top: i32 = 0;
export let middle: i32 = 0;
export let bottom: i32 = 0;
/** x of the long edge and of the short one in the first row, and per row. */
export let longX: i32 = 0;
export let longStep: i32 = 0;
export let shortX: i32 = 0;
export let shortStep: i32 = 0;
/** The same of the lower short edge, in its first row. */
export let lowerX: i32 = 0;
export let lowerStep: i32 = 0;
/** Does the long edge end each row? */
export let longIsRight: bool = false;

@inline
export function whole(value: f32): i32 {
  return <i32> value;
}

/** First row or column whose centre lies at or behind `value`, from `least` to `most`. */
@inline
export function firstCentre(value: f32, least: i32, most: i32): i32 {
  const first = whole(ceil<f32>(value - 0.5));
  return first < least ? least : first > most ? most : first;
}

/** Where an edge that begins at (x, y) crosses the middle of a row. */
@inline
function crossing(x: f32, y: f32, perRow: f32, row: i32): i32 {
  return whole((x + (<f32> row + 0.5 - y) * perRow) * ONE);
}

/** Takes up what lies of a triangle from row `from` to before `to`; false when that is nothing. */
@inline
export function placeEdges(ax: f32, ay: f32, bx: f32, by: f32, cx: f32, cy: f32, from: i32, to: i32): bool {
  let x0 = ax, y0 = ay, x1 = bx, y1 = by, x2 = cx, y2 = cy;
  if (y1 < y0) {
    const x = x0, y = y0;
    x0 = x1, y0 = y1, x1 = x, y1 = y;
  }
  if (y2 < y1) {
    const x = x1, y = y1;
    x1 = x2, y1 = y2, x2 = x, y2 = y;
    if (y1 < y0) {
      const sx = x0, sy = y0;
      x0 = x1, y0 = y1, x1 = sx, y1 = sy;
    }
  }
  top = firstCentre(y0, from, to);
  bottom = firstCentre(y2, from, to);
  if (top >= bottom) return false;
  middle = firstCentre(y1, from, to);
  longIsRight = (x1 - x0) * (y2 - y0) < (x2 - x0) * (y1 - y0);
  const long = (x2 - x0) / (y2 - y0), upper = (x1 - x0) / (y1 - y0), lower = (x2 - x1) / (y2 - y1);
  longX = crossing(x0, y0, long, top);
  longStep = whole(long * ONE);
  shortX = crossing(x0, y0, upper, top);
  shortStep = whole(upper * ONE);
  lowerX = crossing(x1, y1, lower, middle);
  lowerStep = whole(lower * ONE);
  return true;
}
