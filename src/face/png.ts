/** Reads PNG pictures (W3C PNG specification, third edition) as far as avatar packs use it. */
import { PIXELS } from "./limits.ts";
import type { Texture } from "./texture.ts";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** Colour type → samples per pixel. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 6: 4 };

interface Header {
  width: number;
  height: number;
  /** Bytes per pixel: 1 grey, 3 RGB, 4 RGBA. */
  samples: number;
}

/**
 * @param file a whole PNG of 8 bits a sample, grey, RGB or RGBA, not interlaced
 * @param limit pixels at most; a larger picture is refused before it is inflated
 * @returns the picture with premultiplied alpha
 * @throws Error when it is no PNG, of another sort, too large, or cut off
 */
export async function decodePng(file: Uint8Array<ArrayBuffer>, limit = PIXELS): Promise<Texture> {
  const { header, data } = readChunks(file);
  const { width, height, samples } = header;
  if (width * height > limit) {
    throw new Error(`PNG: the picture has ${width} × ${height} pixels, ${limit} pixels are allowed`);
  }
  const row = width * samples;
  const raw = await inflate(data, height * (row + 1));
  const pixels = new Uint32Array(width * height);
  let above = new Uint8Array(row);
  for (let y = 0; y < height; y++) {
    const at = y * (row + 1);
    const line = raw.subarray(at + 1, at + 1 + row);
    unfilter(raw[at], line, above, samples);
    convert(line, samples, pixels.subarray(y * width, (y + 1) * width));
    above = line;
  }
  return { width, height, pixels };
}

/** Packed bytes handed over at once: a thousand times as many may come out before anybody can stop it. */
const PIECE = 4096;

function pieces(data: Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  let chunk = 0, at = 0;
  return new ReadableStream({
    pull(controller) {
      while (chunk < data.length && at >= data[chunk].length) chunk++, at = 0;
      if (chunk >= data.length) return controller.close();
      controller.enqueue(data[chunk].slice(at, at += PIECE));
    },
  }, { highWaterMark: 0 });
}

/** @returns exactly `length` bytes; no more than that is ever inflated, whatever is packed into the data. */
async function inflate(data: Uint8Array<ArrayBuffer>[], length: number): Promise<Uint8Array<ArrayBuffer>> {
  const raw = new Uint8Array(length);
  const reader = pieces(data).pipeThrough(new DecompressionStream("deflate")).getReader();
  let at = 0;
  try {
    while (at < length) {
      const { done, value } = await reader.read();
      if (done) break;
      raw.set(value.subarray(0, length - at), at);
      at += value.length;
    }
  } catch (error) {
    throw new Error(`PNG: the picture data are damaged (${(error as Error).message})`);
  } finally {
    reader.cancel().catch(() => {});
  }
  if (at < length) throw new Error("PNG: the picture data are cut off");
  if (at > length) throw new Error("PNG: there are more picture data than the header says");
  return raw;
}

function readChunks(file: Uint8Array<ArrayBuffer>): { header: Header; data: Uint8Array<ArrayBuffer>[] } {
  if (SIGNATURE.some((byte, i) => file[i] !== byte)) throw new Error("PNG: the signature is missing");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const data: Uint8Array<ArrayBuffer>[] = [];
  let header: Header | null = null;
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    const tag = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (at + 12 + length > file.length) throw new Error("PNG: the file is cut off");
    const body = file.subarray(at + 8, at + 8 + length);
    if (tag === "IHDR" && length >= 13) header = readHeader(view, at + 8);
    else if (tag === "IDAT") data.push(body);
    at += 12 + length;
  }
  if (!header) throw new Error("PNG: the header is missing");
  return { header, data };
}

function readHeader(view: DataView, at: number): Header {
  const samples = SAMPLES[view.getUint8(at + 9)];
  if (view.getUint8(at + 8) !== 8 || !samples || view.getUint8(at + 12) !== 0) {
    throw new Error("PNG: only 8 bits a sample, grey, RGB or RGBA, not interlaced");
  }
  const width = view.getUint32(at), height = view.getUint32(at + 4);
  if (width === 0 || height === 0) throw new Error("PNG: the picture is empty");
  return { width, height, samples };
}

/** Undoes a row's filter in place (section 9 of the specification). */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): void {
  const length = line.length;
  if (filter === 1) {
    for (let x = step; x < length; x++) line[x] += line[x - step];
  } else if (filter === 2) {
    for (let x = 0; x < length; x++) line[x] += above[x];
  } else if (filter === 3) {
    for (let x = 0; x < length; x++) line[x] += ((x < step ? 0 : line[x - step]) + above[x]) >> 1;
  } else if (filter === 4) {
    for (let x = 0; x < step; x++) line[x] += above[x];
    for (let x = step; x < length; x++) line[x] += paeth(line[x - step], above[x], above[x - step]);
  } else if (filter !== 0) throw new Error(`PNG: unknown filter ${filter}`);
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const a = Math.abs(guess - left), b = Math.abs(guess - up), c = Math.abs(guess - corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function convert(line: Uint8Array, samples: number, out: Uint32Array): void {
  if (samples === 1) {
    for (let x = 0; x < out.length; x++) out[x] = 0xff000000 | (line[x] * 0x10101);
    return;
  }
  for (let x = 0, i = 0; x < out.length; x++, i += samples) {
    const alpha = samples === 4 ? line[i + 3] : 255;
    const red = ((line[i] * alpha + 127) / 255) | 0;
    const green = ((line[i + 1] * alpha + 127) / 255) | 0;
    const blue = ((line[i + 2] * alpha + 127) / 255) | 0;
    out[x] = (alpha << 24) | (blue << 16) | (green << 8) | red;
  }
}
