/** Paints one coat on one triangle. The same walk serves all kinds, inlined into each, where its kind is a constant. */
import * as edges from "./edges";
import { HALF, ONE, placeEdges, POINT } from "./edges";
import { Coat, Corners, Mesh } from "./records";
import * as slopes from "./slopes";
import { placeDepth, placeSecond, placeSlopes, placeTexture, placeWeight } from "./slopes";
import { creased, darkened, eye, lashed, mixed, texel } from "./texels";

/** One texture, or two of the same size mixed by the weight. */
export const SKIN: i32 = 0;
/** Where the skin painted last is seen, it becomes lighter or darker by the weight: 0 black, 128 unchanged, 255 twice as light. */
export const CREASE: i32 = 1;
/** A texture, darkened by the weight. */
export const LIT: i32 = 2;
/** The iris, times the standing shadow (red of the second texture) and plus the standing reflection (green). */
export const EYE: i32 = 3;
/** A dark brown over what is there, as dense as the texture's red says; seen from both sides. */
export const LASH: i32 = 4;
/** What `SKIN` becomes where only one of its textures is seen. */
const PLAIN: i32 = 5;

/** Weights (0..1) below and above which skin takes one texture only. */
const FIRST_ONLY: f32 = 0.008;
const SECOND_ONLY: f32 = 0.992;
/** Three weights below this in sum crease nothing that is seen. */
const UNCREASED: f32 = 0.01;

@inline
function float(list: usize, at: usize): f32 {
  return load<f32>(list + (at << 2));
}

@inline
function clamped(value: i32, limit: i32): i32 {
  return value < 0 ? 0 : value < limit ? value : limit - 1;
}

/** Twice the signed area; negative for triangles that face the camera. */
@inline
export function areaOf(mesh: Mesh, a: usize, b: usize, c: usize): f32 {
  const ax = float(mesh.x, a), ay = float(mesh.y, a);
  return (float(mesh.x, b) - ax) * (float(mesh.y, c) - ay) - (float(mesh.y, b) - ay) * (float(mesh.x, c) - ax);
}

/** Takes up a triangle, with its weights where the coat goes by them; false when there is nothing of it in these rows. */
@inline
function place(weighted: bool, mesh: Mesh, coat: Coat, corners: Corners, from: i32, to: i32): bool {
  const a: usize = corners.a, b: usize = corners.b, c: usize = corners.c;
  const ax = float(mesh.x, a), ay = float(mesh.y, a);
  const bx = float(mesh.x, b), by = float(mesh.y, b);
  const cx = float(mesh.x, c), cy = float(mesh.y, c);
  if (!placeEdges(ax, ay, bx, by, cx, cy, from, to)) return false;
  placeSlopes(ax, ay, bx, by, cx, cy, areaOf(mesh, a, b, c));
  placeDepth(float(mesh.z, a), float(mesh.z, b), float(mesh.z, c), coat.nearer);
  placeTexture(corners.ua, corners.va, corners.ub, corners.vb, corners.uc, corners.vc);
  if (weighted) placeWeight(float(coat.weight, a), float(coat.weight, b), float(coat.weight, c));
  return true;
}

// Each kind is a function of its own: in a single large one the engine runs out of registers.

/** Paints the rows from `from` to before `to`; the band begins with the row `from`. So do the others. */
export function paintSkin(mesh: Mesh, coat: Coat, corners: Corners, from: i32, to: i32): void {
  const a = float(coat.weight, corners.a), b = float(coat.weight, corners.b), c = float(coat.weight, corners.c);
  const most = max<f32>(max<f32>(a, b), c), least = min<f32>(min<f32>(a, b), c);
  if (!place(true, mesh, coat, corners, from, to)) return;
  if (most < FIRST_ONLY) walkPlain(mesh, coat, coat.texture.pixels, from);
  else if (least > SECOND_ONLY) walkPlain(mesh, coat, coat.second.pixels, from);
  else walk(SKIN, mesh, coat, coat.texture.pixels, from);
}

function walkPlain(mesh: Mesh, coat: Coat, pixels: usize, from: i32): void {
  walk(PLAIN, mesh, coat, pixels, from);
}

export function paintCrease(mesh: Mesh, coat: Coat, corners: Corners, from: i32, to: i32): void {
  const a = float(coat.weight, corners.a), b = float(coat.weight, corners.b), c = float(coat.weight, corners.c);
  if (a + b + c < UNCREASED || !place(true, mesh, coat, corners, from, to)) return;
  walk(CREASE, mesh, coat, coat.texture.pixels, from);
}

export function paintLit(mesh: Mesh, coat: Coat, corners: Corners, from: i32, to: i32): void {
  if (place(true, mesh, coat, corners, from, to)) walk(LIT, mesh, coat, coat.texture.pixels, from);
}

export function paintEye(mesh: Mesh, coat: Coat, corners: Corners, from: i32, to: i32): void {
  if (!place(false, mesh, coat, corners, from, to)) return;
  const a: usize = corners.a, b: usize = corners.b, c: usize = corners.c;
  const width = <f32> coat.second.width * ONE, height = <f32> coat.second.height * ONE;
  placeSecond(
    float(mesh.u2, a) * width,
    float(mesh.v2, a) * height,
    float(mesh.u2, b) * width,
    float(mesh.v2, b) * height,
    float(mesh.u2, c) * width,
    float(mesh.v2, c) * height,
  );
  walk(EYE, mesh, coat, coat.texture.pixels, from);
}

export function paintLash(mesh: Mesh, coat: Coat, corners: Corners, from: i32, to: i32): void {
  if (place(false, mesh, coat, corners, from, to)) walk(LASH, mesh, coat, coat.texture.pixels, from);
}

/** Row by row, pixel by pixel. */
@inline
function walk(kind: i32, mesh: Mesh, coat: Coat, pixels: usize, from: i32): void {
  const side = mesh.side, stride = mesh.stride, color = mesh.color, depth = mesh.depth;
  const width = coat.texture.width, size: u32 = width * coat.texture.height, second = coat.second;
  const middle = edges.middle, bottom = edges.bottom, longIsRight = edges.longIsRight, column = slopes.column;
  const longStep = edges.longStep, uRight = slopes.uRight, vRight = slopes.vRight, zRight = slopes.zRight;
  const wRight = slopes.wRight, muRight = slopes.muRight, mvRight = slopes.mvRight;
  let longX = edges.longX, shortX = edges.shortX, shortStep = edges.shortStep;
  let uRow = slopes.u, vRow = slopes.v, zRow = slopes.z, wRow = slopes.w, muRow = slopes.mu, mvRow = slopes.mv;
  for (let row = edges.top; row < bottom; row++) {
    if (row == middle) shortX = edges.lowerX, shortStep = edges.lowerStep;
    const first = ((longIsRight ? shortX : longX) + HALF) >> POINT;
    const end = ((longIsRight ? longX : shortX) + HALF) >> POINT;
    const left = first < 0 ? 0 : first, right = end > side ? side : end;
    const aside = left - column;
    let u = uRow + aside * uRight, v = vRow + aside * vRight, z = zRow + <f32> aside * zRight;
    let w = wRow + aside * wRight, mu = muRow + aside * muRight, mv = mvRow + aside * mvRight;
    const start: usize = ((row - from) * stride + left) << 2;
    for (let o = start, last: usize = start + (max<i32>(right - left, 0) << 2); o < last; o += 4) {
      if (z >= load<f32>(depth + o)) {
        const place = (v >> POINT) * width + (u >> POINT), there = texel(pixels, size, place);
        if (kind == PLAIN) {
          store<f32>(depth + o, z);
          store<u32>(color + o, there);
        } else if (kind == SKIN) {
          store<f32>(depth + o, z);
          store<u32>(color + o, mixed(there, texel(second.pixels, size, place), w >> POINT));
        } else if (kind == CREASE) {
          const change = <i32> ((there >> coat.shift) & 255) - 128;
          store<u32>(color + o, creased(load<u32>(color + o), (change * (w >> POINT)) >> 7));
        } else if (kind == LIT) {
          store<f32>(depth + o, z);
          store<u32>(color + o, darkened(there, w >> POINT));
        } else if (kind == EYE) {
          store<f32>(depth + o, z);
          const at = clamped(mv >> POINT, second.height) * second.width + clamped(mu >> POINT, second.width);
          store<u32>(color + o, eye(there, load<u32>(second.pixels + (at << 2))));
        } else if (there & 255) {
          store<u32>(color + o, lashed(load<u32>(color + o), there & 255));
        }
      }
      u += uRight, v += vRight, z += zRight;
      if (kind == SKIN || kind == CREASE || kind == LIT) w += wRight;
      if (kind == EYE) mu += muRight, mv += mvRight;
    }
    longX += longStep, shortX += shortStep;
    uRow += slopes.uDown, vRow += slopes.vDown, zRow += slopes.zDown;
    if (kind == SKIN || kind == CREASE || kind == LIT) wRow += slopes.wDown;
    if (kind == EYE) muRow += slopes.muDown, mvRow += slopes.mvDown;
  }
}
