/** Checks an avatar pack, file by file, whoever made it: what the validator reports is what loading refuses. */
import { type Geometry, geometryFaults, layoutFaults, readGeometry } from "./geometry.ts";
import { FILE_BYTES, MANIFEST_BYTES } from "./limits.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { decodePng } from "./png.ts";
import type { Texture } from "./texture.ts";

/** Reads one file of a pack by its name, whole; refuses one that is longer than `limit` bytes. */
export type ReadFile = (name: string, limit: number) => Promise<Uint8Array<ArrayBuffer>>;

export interface Parts {
  manifest: Manifest;
  geometry: Geometry;
  /** By their names without ".png". */
  pictures: Record<string, Texture>;
}

const GEOMETRY = "face.bin";
const PICTURES = ["skin0", "skin1", "mouth", "eye", "eyemap", "lash"];

/**
 * Yields each fault in one line. A fault can hide others: what cannot be read cannot be checked further.
 *
 * @returns the parts, when there was no fault at all
 */
export async function* examine(read: ReadFile): AsyncGenerator<string, Parts | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await read("manifest.json", MANIFEST_BYTES);
  } catch (error) {
    return yield (error as Error).message;
  }
  const result = readManifest(new TextDecoder().decode(bytes));
  if ("faults" in result) return yield* result.faults;
  const { manifest } = result, pictures: Parts["pictures"] = {};
  let geometry: Geometry | undefined, faulty = false;
  for (const name of [...needed(manifest), ...others(manifest)]) {
    const outcome = await examineFile(name, manifest, read);
    for (const fault of outcome.faults ?? []) {
      faulty = true;
      yield fault;
    }
    geometry ??= outcome.geometry;
    if (outcome.picture) pictures[name.slice(0, -".png".length)] = outcome.picture;
  }
  if (faulty) return;
  const { skin0, skin1 } = pictures;
  if (skin0.width !== skin1.width || skin0.height !== skin1.height) {
    return yield '"skin1.png" has another size than "skin0.png", from which it must not differ';
  }
  return { manifest, geometry: geometry!, pictures };
}

function needed({ layers, geometry }: Manifest): string[] {
  const crease = geometry.arrays.crease ? ["crease"] : [];
  return [GEOMETRY, ...[...PICTURES, ...crease, ...Object.keys(layers)].map((name) => `${name}.png`)];
}

function others(manifest: Manifest): string[] {
  const names = needed(manifest);
  return Object.keys(manifest.files).filter((name) => !names.includes(name));
}

interface Outcome {
  faults?: Iterable<string>;
  geometry?: Geometry;
  picture?: Texture;
}

async function examineFile(name: string, manifest: Manifest, read: ReadFile): Promise<Outcome> {
  const isPicture = needed(manifest).includes(name) && name !== GEOMETRY;
  try {
    const bytes = await readChecked(name, manifest, read);
    if (name === GEOMETRY) return examineGeometry(manifest, bytes);
    if (!isPicture) return {};
    const picture = await decodePng(bytes);
    const layer = name.slice(0, -".png".length) in manifest.layers;
    if (layer && picture.width !== picture.height) {
      return { faults: [`"${name}" has ${picture.width} × ${picture.height} pixels, expected a square`] };
    }
    return { picture };
  } catch (error) {
    const { message } = error as Error;
    return { faults: [message.includes(name) ? message : `"${name}": ${message}`] };
  }
}

function examineGeometry(manifest: Manifest, bytes: Uint8Array<ArrayBuffer>): Outcome {
  const layout = [...layoutFaults(manifest, bytes)];
  if (layout.length > 0) return { faults: layout };
  const geometry = readGeometry(manifest, bytes);
  return { geometry, faults: geometryFaults(geometry, manifest) };
}

/** @throws Error when the file is not the one that the manifest describes */
async function readChecked(
  name: string,
  { files }: Manifest,
  read: ReadFile,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!Object.hasOwn(files, name)) throw new Error(`the file "${name}" is missing in manifest.json`);
  const expected = files[name], bytes = await read(name, Math.min(FILE_BYTES, expected.bytes));
  if (bytes.length !== expected.bytes) {
    throw new Error(`"${name}" has ${bytes.length} bytes, expected ${expected.bytes}; copy the pack again`);
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (digest !== expected.sha256) {
    throw new Error(`"${name}" has SHA-256 ${digest}, expected ${expected.sha256}; copy the pack again`);
  }
  return bytes;
}
