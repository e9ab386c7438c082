/**
 * RGBA to planar YUV 4:2:0, BT.601, limited range (ITU-R BT.601-7), which is what browsers assume of small videos.
 *
 * @param rgba size² words, red lowest; alpha is ignored
 * @param size even
 * @param out bytes of Y, then U, then V of a picture `size` wide and `height` high, of which the upper part is filled
 */
export function toI420(rgba: Uint32Array, size: number, out: Uint8Array, height = size): void {
  const area = size * height;
  let u = area, v = area + (area >> 2);
  for (let y = 0; y < size; y += 2) {
    for (let o = y * size, end = o + size; o < end; o += 2) {
      const a = rgba[o], b = rgba[o + 1], c = rgba[o + size], d = rgba[o + size + 1];
      out[o] = luma(a);
      out[o + 1] = luma(b);
      out[o + size] = luma(c);
      out[o + size + 1] = luma(d);
      const redBlue = (a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff);
      const red = (redBlue & 0xffff) >> 2, blue = redBlue >>> 18;
      const green = (((a >>> 8) & 255) + ((b >>> 8) & 255) + ((c >>> 8) & 255) + ((d >>> 8) & 255)) >> 2;
      out[u++] = (-38 * red - 74 * green + 112 * blue + 32896) >> 8;
      out[v++] = (112 * red - 94 * green - 18 * blue + 32896) >> 8;
    }
  }
}

function luma(pixel: number): number {
  return (66 * (pixel & 255) + 129 * ((pixel >>> 8) & 255) + 25 * ((pixel >>> 16) & 255) + 4224) >> 8;
}

/**
 * The same for a picture that is partly transparent. No codec that all browsers take has alpha, so the picture is twice as
 * high: colours (premultiplied, over black) above, alpha as grey below.
 *
 * @param out size² × 3 bytes
 */
export function toI420WithAlpha(rgba: Uint32Array, size: number, out: Uint8Array): void {
  const area = size * size;
  toI420(rgba, size, out, 2 * size);
  for (let i = 0; i < area; i++) out[area + i] = 16 + ((219 * (rgba[i] >>> 24) + 127) / 255 | 0);
  // Grey has no colour: the lower halves of U and V.
  out.fill(128, 2 * area + area / 4, 2 * area + area / 2);
  out.fill(128, 2 * area + 3 * area / 4, 3 * area);
}
