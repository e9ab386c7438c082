/**
 * One triangle on its way to pixels. The pixel (x, y) has its centre at (x + .5, y + .5) and belongs to the triangle when
 * the centre lies inside (top-left rule by rounding up on both sides), so neighbours neither overlap nor leave gaps.
 */
export interface Triangle {
  ax: number;
  ay: number;
  bx: number;
  by: number;
  cx: number;
  cy: number;
  /** Twice the signed area; negative for triangles that face the camera. */
  area: number;
  /** First row, and the one after the last. */
  top: number;
  bottom: number;
  /** Set by `span`: first pixel of a row, and the one after the last. */
  left: number;
  right: number;
  /** x per row along the edges. */
  ab: number;
  bc: number;
  ca: number;
}

// Not small integers, so that the engine keeps the fields as doubles from the start.
const start = 0.5;

export function createTriangle(): Triangle {
  return {
    ax: start,
    ay: start,
    bx: start,
    by: start,
    cx: start,
    cy: start,
    area: start,
    top: 0,
    bottom: 0,
    left: 0,
    right: 0,
    ab: start,
    bc: start,
    ca: start,
  };
}

/** Takes the corners `a`, `b`, `c` out of lists of picture coordinates; false when there is nothing to draw. */
export function place(
  t: Triangle,
  xs: Float32Array,
  ys: Float32Array,
  a: number,
  b: number,
  c: number,
  side: number,
  twoSided: boolean,
): boolean {
  const ax = xs[a], ay = ys[a], bx = xs[b], by = ys[b], cx = xs[c], cy = ys[c];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0 || (area > 0 && !twoSided)) return false;
  const top = Math.ceil(Math.min(ay, by, cy) - 0.5), bottom = Math.ceil(Math.max(ay, by, cy) - 0.5);
  t.top = top < 0 ? 0 : top;
  t.bottom = bottom > side ? side : bottom;
  if (t.top >= t.bottom) return false;
  t.ax = ax, t.ay = ay, t.bx = bx, t.by = by, t.cx = cx, t.cy = cy, t.area = area;
  t.ab = (bx - ax) / (by - ay);
  t.bc = (cx - bx) / (cy - by);
  t.ca = (ax - cx) / (ay - cy);
  return true;
}

/** Finds `left` and `right` of row `y`; false when the row has no pixel. */
export function span(t: Triangle, y: number, side: number): boolean {
  const centre = y + 0.5, { ay, by, cy } = t;
  let low = 1e9, high = -1e9;
  if ((ay <= centre) !== (by <= centre)) {
    const x = t.ax + (centre - ay) * t.ab;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  if ((by <= centre) !== (cy <= centre)) {
    const x = t.bx + (centre - by) * t.bc;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  if ((cy <= centre) !== (ay <= centre)) {
    const x = t.cx + (centre - cy) * t.ca;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  const left = Math.ceil(low - 0.5), right = Math.ceil(high - 0.5);
  t.left = left < 0 ? 0 : left;
  t.right = right > side ? side : right;
  return t.left < t.right;
}
