/**
 * An avatar pack in memory: a head as a mesh with two lit textures, eyes, mouth, and hair and clothes as pictures with
 * depth. Nothing here reads files, so that a page can build a pack from what it fetched.
 */
import { type Manifest, parseManifest } from "./manifest.ts";
import { decodePng } from "./png.ts";
import { resize, type Texture } from "./texture.ts";

/** Reads one file of a pack by its name, whole. */
export type ReadFile = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/** Decimetres; see `Manifest.camera`. `half` is what the picture really shows. */
export interface Camera {
  cy: number;
  dist: number;
  half: number;
  halfRender: number;
}

/** Indices are into `corner`, which holds the vertex of each corner; `uv` goes with the corners. */
export interface Geometry {
  vertices: number;
  /** Vertices before the eyeballs, which come last: right ones of the list's second half. */
  bodyVertices: number;
  /** x, y, z per vertex, decimetres. */
  position: Float32Array;
  uv: Float32Array;
  corner: Uint16Array;
  /** Per vertex 0..255: left lid, right lid, mouth surroundings, inside of the mouth. */
  region: Uint8Array;
  shapes: Map<string, Shape>;
  skin: Uint16Array;
  teeth: Uint16Array;
  tongue: Uint16Array;
  eyes: Uint16Array;
  lashes: Uint16Array;
}

/** How one weight moves vertices: vertex numbers, and x, y, z for each. */
export interface Shape {
  vertex: Uint16Array;
  move: Float32Array;
}

export interface Pack {
  name: string;
  manifest: Manifest;
  camera: Camera;
  geometry: Geometry;
  textures: Record<string, Texture>;
}

/** The picture shows a little more than the nominal frame (hair and clothes are drawn 8 % larger than it). */
const VIEW = 1.035;
const TEXTURES = ["skin0", "skin1", "mouth", "eye", "eyemap", "lash"];

/**
 * Builds a pack from its files; each is checked against the manifest (size, SHA-256) before it is used.
 *
 * @param size side of the video picture in pixels; textures are reduced to what it needs
 * @throws Error in one line that names the pack and the file
 */
export async function loadPack(name: string, read: ReadFile, size: number): Promise<Pack> {
  try {
    const manifest = parseManifest(new TextDecoder().decode(await read("manifest.json")));
    const files = await readFiles(manifest, read);
    const { cy, dist, half, half_render } = manifest.camera;
    const camera = { cy, dist, half: half * VIEW, halfRender: half_render };
    const geometry = readGeometry(manifest, files["face.bin"]);
    const textures: Pack["textures"] = {};
    for (const layer of [...TEXTURES, ...Object.keys(manifest.layers)]) {
      const file = files[`${layer}.png`];
      if (!file) throw new Error(`the file "${layer}.png" is missing in manifest.json`);
      textures[layer] = reduce(layer, await decodePng(file), manifest, camera, size);
    }
    return { name, manifest, camera, geometry, textures };
  } catch (error) {
    throw new Error(`Avatar pack "${name}": ${(error as Error).message}`, { cause: error });
  }
}

async function readFiles(
  manifest: Manifest,
  read: ReadFile,
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  for (const [name, expected] of Object.entries(manifest.files)) {
    const file = files[name] = await read(name);
    if (file.length !== expected.bytes) {
      throw new Error(`"${name}" has ${file.length} bytes, expected ${expected.bytes}; copy the pack again`);
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file)).toHex();
    if (digest !== expected.sha256) {
      throw new Error(`"${name}" has SHA-256 ${digest}, expected ${expected.sha256}; copy the pack again`);
    }
  }
  return files;
}

function readGeometry(manifest: Manifest, bin: Uint8Array<ArrayBuffer> | undefined): Geometry {
  if (!bin) throw new Error('the file "face.bin" is missing in manifest.json');
  const { arrays, shapes, nb, nv } = manifest.geometry;
  const at = (name: keyof typeof arrays, bytes: number): [ArrayBuffer, number, number] => {
    const [offset, length] = arrays[name];
    if (offset + length * bytes > bin.length) throw new Error(`array "${name}" lies outside "face.bin"`);
    return [bin.buffer, bin.byteOffset + offset, length];
  };
  const words = (name: keyof typeof arrays) => new Uint16Array(...at(name, 2));
  const floats = (name: keyof typeof arrays) => new Float32Array(...at(name, 4));
  const vertex = words("didx"), move = floats("dval");
  return {
    vertices: nv,
    bodyVertices: nb,
    position: floats("pos"),
    uv: floats("uv"),
    corner: words("corner"),
    region: new Uint8Array(...at("region", 1)),
    shapes: new Map(
      Object.entries(shapes).map(([name, [first, length]]) => [name, {
        vertex: vertex.subarray(first, first + length),
        move: move.subarray(3 * first, 3 * (first + length)),
      }]),
    ),
    skin: words("tri_skin"),
    teeth: words("tri_teeth"),
    tongue: words("tri_tongue"),
    eyes: words("tri_eyes"),
    lashes: words("tri_lash"),
  };
}

/** No texture needs to be finer than what the picture shows of it; smaller ones are also faster to read. */
function reduce(name: string, texture: Texture, manifest: Manifest, camera: Camera, size: number): Texture {
  const { width, height } = texture;
  const layer = Math.round(size * camera.halfRender / camera.half);
  const eye = manifest.eyes.l[1] * 2 * size / camera.half;
  if (name in manifest.layers) return resize(texture, layer, layer);
  if (name === "lash") return resize(texture, Math.round(eye), Math.round(Math.round(eye) * 0.3));
  if (name === "eye") {
    const limit = Math.round(eye * 1.3);
    return resize(texture, Math.min(width, limit), Math.min(height, limit));
  }
  if (name === "eyemap") {
    const scale = Math.min(1, 2 * layer * (manifest.eyemap[2] - manifest.eyemap[0]) / width);
    return resize(texture, Math.round(width * scale), Math.round(height * scale));
  }
  if (name === "mouth") {
    const side = Math.min(512, Math.round(512 * size / 720));
    return resize(texture, side, side);
  }
  return size < 640 ? resize(texture, Math.round(width * 0.8), Math.round(height * 0.8)) : texture;
}
