/**
 * Puts the drawn face into a background picture, straight in I420 (BT.601, limited range). Everything that depends on the
 * face's place alone is worked out once; a picture then costs two passes of short dot products for each plane, which the
 * program in `../fill/program/portrait.ts` does.
 */
import { createStore, type Store } from "../fill/memory.ts";
import { borderMask } from "./mask.ts";
import { between, FACE, halved, padded, type Taps } from "./sampling.ts";

/** Where the face lies in the picture that is sent, in its pixels; fractions are allowed. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The face's part of a picture, ready to be copied: I420 planes of the region around the box. */
export interface Patch {
  planes: [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
}

/** Even bounds of the pixels that the face touches. */
interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Compositor {
  /**
   * Draws the face over the background, in place.
   *
   * @param face red, green and blue planes of FACE² values in -1..1
   * @param picture I420, width × height × 3/2 bytes
   */
  draw(face: Float32Array, picture: Uint8Array): void;
  /** Keeps what lies in the region of a picture. */
  cut(picture: Uint8Array): Patch;
  /** Puts a kept region into a picture. */
  paste(patch: Patch, picture: Uint8Array): void;
}

/** One plane of the region: where it lies in the picture, how it is drawn, and how much of the face shows. */
interface Layer {
  offset: number;
  stride: number;
  width: number;
  height: number;
  columns: Taps;
  rows: Taps;
  /** Pairs that one sample is made of. */
  pairs: 1 | 2;
  /** 0..1 for each sample. */
  share: Float32Array;
}

/** Bytes of what is drawn, and of one of its planes. */
const DRAWN = 3 * FACE * FACE * 4, PLANE = DRAWN / 3;
/** For each pixel of the region: samples and shares; and what its edges and the rest need. */
const PIXEL = 10, MORE = 1 << 20;

/**
 * @param width, height of the picture, even
 * @throws RangeError when the box does not lie in the picture, or is smaller than its border
 */
export function createCompositor(width: number, height: number, box: Box): Compositor {
  const region = regionOf(width, height, box);
  const layers = layersOf(width, height, box, region);
  const store = createStore(2 * DRAWN + PIXEL * region.width * region.height + MORE), { program } = store;
  const drawn = store.reserve(DRAWN), yuv = store.reserve(DRAWN), line = store.reserve(4 * FACE);
  const input = store.floats(drawn, 3 * FACE * FACE);
  const planes = layers.map((layer, n) => putPlane(store, layer, yuv + n * PLANE, line));
  return {
    draw(face, picture) {
      input.set(face);
      program.toYuv(drawn, yuv);
      planes.forEach(({ record, samples, stride }, n) => {
        const { offset, stride: step, width, height } = layers[n];
        for (let y = 0, at = offset; y < height; y++, at += step) {
          samples.set(picture.subarray(at, at + width), y * stride);
        }
        program.drawPlane(record);
        for (let y = 0, at = offset; y < height; y++, at += step) {
          picture.set(samples.subarray(y * stride, y * stride + width), at);
        }
      });
    },
    cut: (picture) => ({
      planes: layers.map(({ offset, stride, width, height }) => {
        const kept = new Uint8Array(width * height);
        for (let y = 0, at = offset; y < height; y++, at += stride) {
          kept.set(picture.subarray(at, at + width), y * width);
        }
        return kept;
      }) as Patch["planes"],
    }),
    paste({ planes }, picture) {
      layers.forEach(({ offset, stride, width, height }, n) => {
        for (let y = 0, at = offset; y < height; y++, at += stride) {
          picture.set(planes[n].subarray(y * width, (y + 1) * width), at);
        }
      });
    },
  };
}

/** The box in whole pixels. */
function wholeBox(box: Box) {
  const left = Math.round(box.left), top = Math.round(box.top);
  return {
    left,
    top,
    right: Math.round(box.left + box.width),
    bottom: Math.round(box.top + box.height),
  };
}

function regionOf(width: number, height: number, box: Box): Region {
  const { left, top, right, bottom } = wholeBox(box);
  if (left < 0 || top < 0 || right > width || bottom > height || right - left <= 20 || bottom - top <= 20) {
    throw new RangeError(
      `The face's box (${left}, ${top}) to (${right}, ${bottom}) does not fit a picture of ${width} x ${height}`,
    );
  }
  const even = (n: number) => n - n % 2;
  const region = { left: even(left), top: even(top) };
  return { ...region, width: even(right + 1) - region.left, height: even(bottom + 1) - region.top };
}

function layersOf(width: number, height: number, box: Box, region: Region): Layer[] {
  const luma = lumaShare(box, region);
  const half = { width: region.width / 2, height: region.height / 2 };
  const chroma = halve(luma, region.width, half);
  const bright: Layer = {
    offset: region.top * width + region.left,
    stride: width,
    width: region.width,
    height: region.height,
    columns: between(region.left, region.width, box.left, box.width),
    rows: between(region.top, region.height, box.top, box.height),
    pairs: 1,
    share: luma,
  };
  const coloured = (plane: number): Layer => ({
    offset: width * height * (1 + plane / 4) + region.top / 2 * width / 2 + region.left / 2,
    stride: width / 2,
    ...half,
    columns: halved(bright.columns),
    rows: halved(bright.rows),
    pairs: 2,
    share: chroma,
  });
  return [bright, coloured(0), coloured(1)];
}

/** How much of the face shows in each pixel of the region; nothing outside the box. */
function lumaShare(box: Box, region: Region): Float32Array {
  const { left, top, right, bottom } = wholeBox(box);
  const mask = borderMask(right - left, bottom - top);
  const share = new Float32Array(region.width * region.height);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      share[(y - region.top) * region.width + x - region.left] = 1 -
        mask[(y - top) * (right - left) + x - left] / 255;
    }
  }
  return share;
}

/** Means of 2 × 2. */
function halve(share: Float32Array, width: number, half: { width: number; height: number }): Float32Array {
  return Float32Array.from({ length: half.width * half.height }, (_, n) => {
    const at = 2 * Math.floor(n / half.width) * width + 2 * (n % half.width);
    return (share[at] + share[at + 1] + share[at + width] + share[at + width + 1]) / 4;
  });
}

/** A layer as the program knows it (`Plane` in `../fill/program/records.ts`); its rows are multiples of 4 samples. */
function putPlane(
  store: Store,
  { width, height, pairs, columns, rows, share }: Layer,
  drawn: number,
  line: number,
) {
  const stride = Math.ceil(width / 4) * 4, samples = store.reserve(stride * height);
  const shares = store.reserve(4 * stride * height), view = store.floats(shares, stride * height);
  for (let y = 0; y < height; y++) view.set(share.subarray(y * width, (y + 1) * width), y * stride);
  const across = padded(columns, pairs * stride);
  const record = store.put(
    Uint32Array.of(
      ...[drawn, line, samples, shares, height, stride, pairs],
      ...[across.first, across.weights, rows.first, rows.weights].map(store.put),
    ),
  );
  return { record, stride, samples: store.bytes(samples, stride * height) };
}
