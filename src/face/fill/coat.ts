/** A coat of paint on the head's mesh, as the program knows it: `program/records.ts` and `program/coats.ts`. */
import type { Geometry } from "../geometry.ts";
import type { Texture } from "../texture.ts";
import type { Store } from "./memory.ts";

export interface Coat {
  address: number;
  /** Of each vertex, 0..1: share of the second texture, brightness, or depth of a crease. */
  weight: Float32Array;
  /** Says whether the coat is wanted in the next pictures; it is at first. */
  want(on: boolean): void;
}

/** In the order of the program's numbers for them. */
const KINDS = ["skin", "crease", "lit", "eye", "lash"] as const;

export interface CoatSettings {
  geometry: Geometry;
  kind: typeof KINDS[number];
  /** Three for each triangle. */
  corners: Uint16Array;
  texture: Texture;
  second?: Texture;
  /** Is added to the depth, decimetres. */
  nearer?: number;
  /** First bit of a crease's byte in its texture's words. */
  shift?: number;
}

/** Words, half words and bytes of a triangle's record. */
const WORDS = 8, HALVES = 16, BYTES = 32;
/** Texture coordinates have 16 bits behind the point. */
const ONE = 65_536;

export function createCoat(store: Store, settings: CoatSettings): Coat {
  const { geometry, kind, corners, texture, second = texture, nearer = 0, shift = 0 } = settings;
  const weight = store.reserve(4 * geometry.vertices),
    triangles = store.put(trianglesOf(geometry, corners, texture));
  const record = new DataView(new ArrayBuffer(4 * 9));
  const fields = [KINDS.indexOf(kind), 1, triangles, corners.length / 3];
  const textures = [store.putTexture(texture), store.putTexture(second), weight];
  [...fields, ...textures].forEach((value, i) => record.setUint32(4 * i, value, true));
  record.setFloat32(28, nearer, true);
  record.setUint32(32, shift, true);
  const address = store.put(record), wanted = store.words(address, 2);
  return {
    address,
    weight: store.floats(weight, geometry.vertices),
    want: (on) => wanted[1] = on ? 1 : 0,
  };
}

/** Vertices and texture coordinates of the corners, so that one place in memory has all of a triangle. */
function trianglesOf({ corner, uv }: Geometry, corners: Uint16Array, { width, height }: Texture): Uint8Array {
  const count = corners.length / 3, bytes = new Uint8Array(count * BYTES);
  const halves = new Uint16Array(bytes.buffer), floats = new Float32Array(bytes.buffer);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < 3; i++) {
      const c = corners[3 * n + i];
      halves[n * HALVES + i] = corner[c];
      floats[n * WORDS + 2 + 2 * i] = uv[2 * c] * width * ONE;
      floats[n * WORDS + 3 + 2 * i] = uv[2 * c + 1] * height * ONE;
    }
  }
  return bytes;
}
