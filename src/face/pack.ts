/**
 * An avatar pack in memory: a head as a mesh with two lit textures, eyes, mouth, and hair and clothes as pictures with
 * depth. Nothing here reads files, so that a page can build a pack from what it fetched.
 */
import { examine, type ReadFile } from "./examine.ts";
import type { Geometry } from "./geometry.ts";
import type { Manifest } from "./manifest.ts";
import { resize, type Texture } from "./texture.ts";

/** Decimetres; see `Manifest.camera`. `half` is what the picture really shows. */
export interface Camera {
  cy: number;
  dist: number;
  half: number;
  halfRender: number;
}

export interface Pack {
  name: string;
  manifest: Manifest;
  camera: Camera;
  geometry: Geometry;
  textures: Record<string, Texture>;
}

/** Creases are light alone, which is softer than skin. */
const CREASE_PIXELS = 640;
/** The picture shows a little more than the nominal frame (hair and clothes are drawn 8 % larger than it). */
const VIEW = 1.035;

/**
 * Builds a pack from its files; all of them are checked before they are used.
 *
 * @param size side of the video picture in pixels; textures are reduced to what it needs
 * @throws Error in one line that names the pack and the file
 */
export async function loadPack(name: string, read: ReadFile, size: number): Promise<Pack> {
  const step = await examine(read).next();
  if (!step.done) throw new Error(`Avatar pack "${name}": ${step.value}`);
  const { manifest, geometry, pictures } = step.value!;
  const { cy, dist, half, half_render } = manifest.camera;
  const camera = { cy, dist, half: half * VIEW, halfRender: half_render };
  const textures: Pack["textures"] = {};
  for (const [layer, picture] of Object.entries(pictures)) {
    textures[layer] = reduce(layer, picture, manifest, camera, size);
  }
  return { name, manifest, camera, geometry, textures };
}

/** No texture needs to be finer than what the picture shows of it; smaller ones are also faster to read. */
function reduce(name: string, texture: Texture, manifest: Manifest, camera: Camera, size: number): Texture {
  const { width, height } = texture;
  const layer = Math.round(size * camera.halfRender / camera.half);
  const eye = manifest.eyes.l[1] * 2 * size / camera.half;
  const whole = (pixels: number) => Math.max(1, Math.round(pixels));
  if (name in manifest.layers) return resize(texture, layer, layer);
  if (name === "lash") return resize(texture, whole(eye), whole(whole(eye) * 0.3));
  if (name === "eye") {
    const limit = whole(eye * 1.3);
    return resize(texture, Math.min(width, limit), Math.min(height, limit));
  }
  if (name === "eyemap") {
    const scale = Math.min(1, 2 * layer * (manifest.eyemap[2] - manifest.eyemap[0]) / width);
    return resize(texture, whole(width * scale), whole(height * scale));
  }
  if (name === "mouth") {
    const side = Math.min(512, Math.round(512 * size / 720));
    return resize(texture, side, side);
  }
  const scale = name === "crease" ? Math.min(1, CREASE_PIXELS / width) : size < 640 ? 0.8 : 1;
  return resize(texture, whole(width * scale), whole(height * scale));
}
