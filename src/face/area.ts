/** Questions about rectangles of a picture, answered in a fixed time. */

/** The right and lower edges are outside. */
export type Rectangle = (x0: number, y0: number, x1: number, y1: number) => boolean;

/** Is a rectangle completely set in a mask? What reaches beyond the mask is not. (Summed-area table, Crow 1984.) */
export function fullIn(mask: Uint8Array, width: number, height: number): Rectangle {
  const row = width + 1, sum = new Int32Array(row * (height + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0, line = 0; x < width; x++) {
      line += mask[y * width + x];
      sum[(y + 1) * row + x + 1] = sum[y * row + x + 1] + line;
    }
  }
  return (x0, y0, x1, y1) => {
    const left = Math.floor(x0), top = Math.floor(y0);
    const right = Math.min(width, Math.ceil(x1)), bottom = Math.min(height, Math.ceil(y1));
    if (left < 0 || top < 0 || right <= left || bottom <= top) return false;
    const set = sum[bottom * row + right] - sum[top * row + right] - sum[bottom * row + left] +
      sum[top * row + left];
    return set === (right - left) * (bottom - top);
  };
}
