/** What varies over the triangle being filled: its value at one pixel, and its change per pixel to the right and down. */
import { top, whole } from "./edges";

/** Texture coordinates and weights have 16 bits behind the point; weights reach 256. */
const WEIGHT: f32 = 256 * 65536;

export let u: i32 = 0, uRight: i32 = 0, uDown: i32 = 0;
export let v: i32 = 0, vRight: i32 = 0, vDown: i32 = 0;
/** Second texture coordinates. */
export let mu: i32 = 0, muRight: i32 = 0, muDown: i32 = 0;
export let mv: i32 = 0, mvRight: i32 = 0, mvDown: i32 = 0;
/** Weight. */
export let w: i32 = 0, wRight: i32 = 0, wDown: i32 = 0;
/** Depth. */
export let z: f32 = 0, zRight: f32 = 0, zDown: f32 = 0;
/** The pixel of the first row that the values belong to. */
export let column: i32 = 0;

/** How much of the second and third corner's difference to the first comes per pixel to the right and down. */
let bRight: f32 = 0, bDown: f32 = 0, cRight: f32 = 0, cDown: f32 = 0;
/** From the first corner to the pixel. */
let aside: f32 = 0, below: f32 = 0;

/** Before the others, after `placeEdges`. `area`: twice the signed one. */
@inline
export function placeSlopes(ax: f32, ay: f32, bx: f32, by: f32, cx: f32, cy: f32, area: f32): void {
  const share: f32 = 1 / area;
  bRight = (cy - ay) * share;
  bDown = (ax - cx) * share;
  cRight = (ay - by) * share;
  cDown = (bx - ax) * share;
  column = whole(ax);
  aside = <f32> column + 0.5 - ax;
  below = <f32> top + 0.5 - ay;
}

@inline
export function placeDepth(a: f32, b: f32, c: f32, nearer: f32): void {
  zRight = (b - a) * bRight + (c - a) * cRight;
  zDown = (b - a) * bDown + (c - a) * cDown;
  z = a + nearer + zRight * aside + zDown * below;
}

/** All in 65536ths of a texel. */
@inline
export function placeTexture(ua: f32, va: f32, ub: f32, vb: f32, uc: f32, vc: f32): void {
  const uAside = (ub - ua) * bRight + (uc - ua) * cRight, uBelow = (ub - ua) * bDown + (uc - ua) * cDown;
  const vAside = (vb - va) * bRight + (vc - va) * cRight, vBelow = (vb - va) * bDown + (vc - va) * cDown;
  u = whole(ua + uAside * aside + uBelow * below);
  v = whole(va + vAside * aside + vBelow * below);
  uRight = whole(uAside), uDown = whole(uBelow), vRight = whole(vAside), vDown = whole(vBelow);
}

/** The same for the second texture. */
@inline
export function placeSecond(ua: f32, va: f32, ub: f32, vb: f32, uc: f32, vc: f32): void {
  const uAside = (ub - ua) * bRight + (uc - ua) * cRight, uBelow = (ub - ua) * bDown + (uc - ua) * cDown;
  const vAside = (vb - va) * bRight + (vc - va) * cRight, vBelow = (vb - va) * bDown + (vc - va) * cDown;
  mu = whole(ua + uAside * aside + uBelow * below);
  mv = whole(va + vAside * aside + vBelow * below);
  muRight = whole(uAside), muDown = whole(uBelow), mvRight = whole(vAside), mvDown = whole(vBelow);
}

@inline
export function placeWeight(a: f32, b: f32, c: f32): void {
  const wAside = ((b - a) * bRight + (c - a) * cRight) * WEIGHT, wBelow = ((b - a) * bDown + (c - a) * cDown) * WEIGHT;
  w = whole(a * WEIGHT + wAside * aside + wBelow * below);
  wRight = whole(wAside), wDown = whole(wBelow);
}
