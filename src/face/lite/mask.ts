/** How the drawn face passes over into the background: a border of 10 pixels, blurred as OpenCV blurs 8-bit pictures. */

const BORDER = 10;
/** `cv2.GaussianBlur(mask, (21, 21), 15)`. */
const TAPS = 21;
const SIGMA = 15;
const HALF = TAPS >> 1;
/** OpenCV's kernel for 8-bit pictures has 8 bits behind the point. */
const ONE = 256;

/** Rounded with the error carried on, so that the sum stays 1 (OpenCV, `getGaussianKernelFixedPoint_ED`). */
function kernel(): number[] {
  const exact = Array.from({ length: TAPS }, (_, n) => Math.exp(-((n - HALF) ** 2) / (2 * SIGMA * SIGMA)));
  const sum = exact.reduce((a, b) => a + b);
  const taps = new Array<number>(TAPS).fill(0);
  let error = 0, rest = ONE;
  for (let n = 0; n < HALF; n++) {
    const wanted = exact[n] / sum * ONE + error;
    taps[n] = taps[TAPS - 1 - n] = Math.round(wanted);
    error = wanted - taps[n];
    rest -= 2 * taps[n];
  }
  taps[HALF] = rest;
  return taps;
}

/** Mirrored at the edges without repeating them, as OpenCV's BORDER_REFLECT_101. */
function mirrored(n: number, length: number): number {
  while (n < 0 || n >= length) n = n < 0 ? -n : 2 * (length - 1) - n;
  return n;
}

/**
 * How much of the background shows in each pixel of the face's box: 255 at its edge, 0 inside.
 *
 * @param width, height of the box, pixels, both more than 20
 */
export function borderMask(width: number, height: number): Uint8Array {
  const inside = (n: number, length: number) => n >= BORDER && n < length - BORDER;
  const taps = kernel();
  // The border is one minus the product of two strips, and each pass is one-dimensional, so two lines say it all.
  const strip = (length: number) =>
    Float64Array.from({ length }, (_, at) => {
      let sum = 0;
      for (let n = 0; n < TAPS; n++) if (inside(mirrored(at + n - HALF, length), length)) sum += taps[n];
      return sum;
    });
  const columns = strip(width), rows = strip(height);
  const full = ONE * ONE;
  return Uint8Array.from(
    { length: width * height },
    (_, n) => Math.floor(255 * (full - columns[n % width] * rows[Math.floor(n / width)]) / full + 0.5),
  );
}
