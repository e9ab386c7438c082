/** Colours: RGBA words, red lowest. */

/** Brown of the lashes: red and blue, green. */
const BROWN_RB: u32 = 0x080007;
const BROWN_G: u32 = 0x0600;

/** Of `count` texels one; whatever lies outside is the first one. */
@inline
export function texel(pixels: usize, count: u32, at: i32): u32 {
  return load<u32>(pixels + ((select<u32>(at, 0, <u32> at < count) as usize) << 2));
}

/** `share`: 0..256 of the second. */
@inline
export function mixed(first: u32, second: u32, share: i32): u32 {
  const from = i16x8.extend_low_i8x16_u(i32x4.splat(first));
  const change = i16x8.sub(i16x8.extend_low_i8x16_u(i32x4.splat(second)), from);
  const moved = i16x8.add(from, i16x8.shr_s(i16x8.mul(change, i16x8.splat(<i16> (share >> 1))), 7));
  return i32x4.extract_lane(i8x16.narrow_i16x8_u(moved, moved), 0);
}

/** `light`: 0..256. What little light there is in a mouth comes from its flesh, so the darker the redder. */
@inline
export function darkened(color: u32, light: u32): u32 {
  const red = ((color & 255) * light) >> 8;
  const green = (((color >> 8) & 255) * ((light * (192 + (light >> 2))) >> 8)) >> 8;
  const blue = (((color >> 16) & 255) * ((light * (179 + ((light * 77) >> 8))) >> 8)) >> 8;
  return 0xff000000 | (blue << 16) | (green << 8) | red;
}

@inline
function limited(value: u32): u32 {
  return value > 255 ? 255 : value;
}

/** `more`: -128 to 127 of 128. Red light comes from further away under the skin and changes by three quarters of it. */
@inline
export function creased(color: u32, more: i32): u32 {
  const red = ((color & 255) * (256 + more - (more >> 2))) >> 8;
  const green = (((color >> 8) & 255) * (256 + more)) >> 8;
  const blue = (((color >> 16) & 255) * (256 + more)) >> 8;
  return 0xff000000 | (limited(blue) << 16) | (limited(green) << 8) | limited(red);
}

/** An iris in its shadow (red of `light`) and with its reflection (green). */
@inline
export function eye(iris: u32, light: u32): u32 {
  const shade = light & 255, glint = (light >> 8) & 255;
  const red = (((iris & 255) * shade) >> 8) + glint;
  const green = ((((iris >> 8) & 255) * shade) >> 8) + glint;
  const blue = ((((iris >> 16) & 255) * shade) >> 8) + glint;
  return 0xff000000 | (limited(blue) << 16) | (limited(green) << 8) | limited(red);
}

/** Brown over what is there, `share` of 256. */
@inline
export function lashed(below: u32, share: u32): u32 {
  const rest = 256 - share;
  const redBlue = (((below & 0xff00ff) * rest + BROWN_RB * share) >> 8) & 0xff00ff;
  const green = (((below & 0xff00) * rest + BROWN_G * share) >> 8) & 0xff00;
  return (below & 0xff000000) | redBlue | green;
}

/** `above` over `below`, both premultiplied. */
@inline
export function over(above: u32, below: u32): u32 {
  const rest = 256 - (above >> 24) - (above >> 31); // alpha 255 leaves nothing of what is below
  const redBlue = (above & 0xff00ff) + ((((below & 0xff00ff) * rest) >> 8) & 0xff00ff);
  const greenAlpha = ((above >> 8) & 0xff00ff) + (((((below >> 8) & 0xff00ff) * rest) >> 8) & 0xff00ff);
  return redBlue | (greenAlpha << 8);
}
