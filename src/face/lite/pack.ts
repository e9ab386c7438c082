/** LiteAvatars on the disk: a converted pack, and the weights that all packs share. */
import type * as v from "valibot";
import { decodePng } from "../png.ts";
import { FACE } from "./sampling.ts";
import { PackManifest, parseManifest, WeightsManifest } from "./manifest.ts";

/** The files of a folder with a manifest. */
export interface Files<Manifest> {
  manifest: Manifest;
  /** Reads one file; only what has the size and the SHA-256 of the manifest is handed on. */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws Error in one line that names the folder and what is wrong with it */
export function openPack(folder: string): Promise<Files<PackManifest>> {
  return open(folder, PackManifest, checkPack);
}

/** @throws Error in one line that names the folder and what is wrong with it */
export function openWeights(folder: string): Promise<Files<WeightsManifest>> {
  return open(folder, WeightsManifest, ({ files, speech }) => {
    for (const name of [...speech, "mouth.onnx"]) demand(files, name);
  });
}

/** Name of the file with reference picture `n`. */
export function referenceName(n: number): string {
  return `ref_${String(n).padStart(5, "0")}.png`;
}

/**
 * A reference picture as the encoder net takes it.
 *
 * @param file PNG of FACE² pixels
 * @returns red, green and blue planes, -1..1
 */
export async function readReference(file: Uint8Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
  const { width, height, pixels } = await decodePng(file);
  if (width !== FACE || height !== FACE) {
    throw new Error(`a reference picture has ${width} x ${height} pixels, expected ${FACE} x ${FACE}`);
  }
  const area = FACE * FACE;
  const planes = new Float32Array(3 * area);
  for (let n = 0; n < area; n++) {
    for (let plane = 0; plane < 3; plane++) {
      planes[plane * area + n] = (pixels[n] >>> (8 * plane) & 255) / 127.5 - 1;
    }
  }
  return planes;
}

function checkPack({ files, pictures, ends }: PackManifest): void {
  const references = Array.from({ length: pictures }, (_, n) => referenceName(n));
  for (const name of ["net_encode.onnx", "net_decode.onnx", "background.h264", ...references]) {
    demand(files, name);
  }
  const { bytes } = files["background.h264"];
  const rising = ends.every((end, n) => end > (ends[n - 1] ?? 0));
  if (ends.length !== 2 * pictures || !rising || ends.at(-1) !== bytes) {
    throw new Error(`manifest.json, "ends": Expected ${2 * pictures} rising numbers up to ${bytes}`);
  }
}

function demand(files: Record<string, unknown>, name: string): void {
  if (!Object.hasOwn(files, name)) throw new Error(`the file "${name}" is missing in manifest.json`);
}

async function open<Manifest extends { files: Record<string, { bytes: number; sha256: string }> }>(
  folder: string,
  schema: v.GenericSchema<unknown, Manifest>,
  check: (manifest: Manifest) => void,
): Promise<Files<Manifest>> {
  const manifest = await told(folder, async () => {
    const parsed = parseManifest(new TextDecoder().decode(await bytesOf(folder, "manifest.json")), schema);
    check(parsed);
    return parsed;
  });
  const read = async (name: string) => {
    const { bytes, sha256 } = manifest.files[name];
    const { size } = await Deno.stat(`${folder}/${name}`).catch(() => ({ size: -1 }));
    // Nothing is read into memory that is larger than it should be.
    if (size !== bytes && size >= 0) throw new Error(`"${name}" has ${size} bytes, expected ${bytes}`);
    const file = await bytesOf(folder, name);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file)).toHex();
    if (digest !== sha256) throw new Error(`"${name}" has SHA-256 ${digest}, expected ${sha256}`);
    return file;
  };
  return { manifest, read: (name) => told(folder, () => read(name)) };
}

async function told<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(
      `LiteAvatar in "${folder}": ${(error as Error).message}; convert it again (docs/lite-avatar.md)`,
      { cause: error },
    );
  }
}

async function bytesOf(folder: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(`${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`the file "${name}" does not exist`);
    throw new Error(`the file "${name}" can't be read: ${(error as Error).message}`);
  }
}
