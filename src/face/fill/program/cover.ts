import { over } from "./texels";

/** Puts `count` pixels (RGBA, premultiplied; a multiple of 4) over others; most need no mixing. */
export function cover(picture: usize, above: usize, count: i32): void {
  const opaque = i32x4.splat(0xff000000);
  for (let at: usize = 0, end: usize = count << 2; at < end; at += 16) {
    const four = v128.load(above + at), alpha = v128.and(four, opaque);
    if (!v128.any_true(alpha)) continue;
    if (i32x4.all_true(i32x4.eq(alpha, opaque))) {
      v128.store(picture + at, four);
      continue;
    }
    for (let i: usize = at; i < at + 16; i += 4) {
      store<u32>(picture + i, over(load<u32>(above + i), load<u32>(picture + i)));
    }
  }
}
