/** A picture in memory. */
export interface Texture {
  width: number;
  height: number;
  /** RGBA, one little-endian word a pixel (red lowest), colour premultiplied by alpha. */
  pixels: Uint32Array<ArrayBuffer>;
}

/** Scales a picture by averaging areas, in both directions; returns the same object when nothing changes. */
export function resize(texture: Texture, width: number, height: number): Texture {
  if (width === texture.width && height === texture.height) return texture;
  const bytes = new Uint8Array(texture.pixels.buffer, texture.pixels.byteOffset, texture.pixels.byteLength);
  const half = scaleAndTurn(bytes, texture.width, texture.height, width);
  const full = scaleAndTurn(half, texture.height, width, height);
  const rounded = new Uint8Array(width * height * 4);
  for (let i = 0; i < rounded.length; i++) rounded[i] = full[i] + 0.5;
  return { width, height, pixels: new Uint32Array(rounded.buffer) };
}

/** Scales the rows of a picture of four channels to `target` columns and transposes it. */
function scaleAndTurn(
  source: Uint8Array | Float32Array,
  columns: number,
  rows: number,
  target: number,
): Float32Array {
  const result = new Float32Array(target * rows * 4);
  const scale = columns / target, reach = Math.max(0.5, scale / 2);
  const share = new Float64Array(Math.ceil(2 * reach) + 2);
  for (let x = 0; x < target; x++) {
    const centre = (x + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach));
    const last = Math.min(columns - 1, Math.ceil(centre + reach) - 1);
    let sum = 0;
    for (let i = first; i <= last; i++) {
      sum += share[i - first] = Math.min(i + 1, centre + reach) - Math.max(i, centre - reach);
    }
    for (let y = 0; y < rows; y++) {
      let a = 0, b = 0, c = 0, d = 0;
      for (let i = first, at = (y * columns + first) * 4; i <= last; i++, at += 4) {
        const s = share[i - first];
        a += s * source[at];
        b += s * source[at + 1];
        c += s * source[at + 2];
        d += s * source[at + 3];
      }
      const at = (x * rows + y) * 4;
      result[at] = a / sum;
      result[at + 1] = b / sum;
      result[at + 2] = c / sum;
      result[at + 3] = d / sum;
    }
  }
  return result;
}
