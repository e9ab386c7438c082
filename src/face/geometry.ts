/** The mesh of a head, as `face.bin` holds it. */
import { CREASES } from "./crease.ts";
import { MOVES, REACH, TRIANGLES } from "./limits.ts";
import type { Manifest } from "./manifest.ts";

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
  /** Per vertex 0..255, `CREASES` of each: how much it creases with what; null when the face does not crease. */
  crease: Uint8Array | null;
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

type ArrayName = keyof Manifest["geometry"]["arrays"];
const BYTES = { float32: 4, uint16: 2, uint8: 1 };
/** Without these a face neither speaks nor blinks. */
const NEEDED = ["jawOpen", "eyeBlinkLeft", "eyeBlinkRight"];
/** The head may come no nearer to the camera than this, decimetres. */
const NEAREST = 1;

/** One line for each array that does not lie in the file as the manifest says, or does not fit the others. */
export function* layoutFaults({ geometry }: Manifest, bin: Uint8Array): Generator<string> {
  const { arrays, nb, nv, shapes } = geometry, of = (name: ArrayName) => arrays[name]?.[1] ?? 0;
  for (const [name, [offset, length, type]] of Object.entries(arrays)) {
    const bytes = BYTES[type];
    if (offset % bytes !== 0) yield `array "${name}" begins at ${offset}, expected a multiple of ${bytes}`;
    if (offset + length * bytes > bin.length) yield `array "${name}" lies outside "face.bin"`;
    if (name.startsWith("tri_") && length % 3 !== 0) {
      yield `array "${name}" has ${length} indices, expected threes`;
    }
  }
  const lengths: [ArrayName, number][] = [
    ["pos", 3 * nv],
    ["region", 4 * nv],
    ["uv", 2 * of("corner")],
    ["dval", 3 * of("didx")],
    ...(arrays.crease ? [["crease", CREASES * nv] satisfies [ArrayName, number]] : []),
  ];
  for (const [name, expected] of lengths) {
    if (of(name) !== expected) yield `array "${name}" has ${of(name)} elements, expected ${expected}`;
  }
  if (nb > nv || (nv - nb) % 2 !== 0) {
    yield `"nb" is ${nb} and "nv" ${nv}: the two eyeballs must have equally many vertices`;
  }
  if (of("didx") > MOVES) yield `the shapes move ${of("didx")} vertices in all, ${MOVES} are allowed`;
  for (const [name, [first, length]] of Object.entries(shapes)) {
    if (first + length > of("didx")) yield `shape "${name}" lies outside array "didx"`;
  }
  for (const name of NEEDED) if (!Object.hasOwn(shapes, name)) yield `shape "${name}" is missing`;
}

/** Views of the file's arrays; nothing is copied. Its layout must have no faults. */
export function readGeometry({ geometry }: Manifest, bin: Uint8Array<ArrayBuffer>): Geometry {
  const { arrays, shapes, nb, nv } = geometry;
  const at = (name: ArrayName): [ArrayBuffer, number, number] => {
    const [offset, length] = arrays[name]!;
    return [bin.buffer, bin.byteOffset + offset, length];
  };
  const words = (name: ArrayName) => new Uint16Array(...at(name));
  const floats = (name: ArrayName) => new Float32Array(...at(name));
  const vertex = words("didx"), move = floats("dval");
  return {
    vertices: nv,
    bodyVertices: nb,
    position: floats("pos"),
    uv: floats("uv"),
    corner: words("corner"),
    region: new Uint8Array(...at("region")),
    crease: arrays.crease ? new Uint8Array(...at("crease")) : null,
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

/** One line for each list with a number in it that cannot be drawn. */
export function* geometryFaults(g: Geometry, { camera }: Manifest): Generator<string> {
  const lists = { skin: g.skin, teeth: g.teeth, tongue: g.tongue, eyes: g.eyes, lash: g.lashes };
  const triangles = Object.values(lists).reduce((sum, list) => sum + list.length / 3, 0);
  if (triangles > TRIANGLES) yield `the head has ${triangles} triangles, ${TRIANGLES} are allowed`;
  for (const [name, list] of Object.entries(lists)) {
    yield* beyond(`array "tri_${name}"`, list, g.corner.length, "corners");
  }
  yield* beyond('array "corner"', g.corner, g.vertices, "vertices");
  for (const [name, { vertex, move }] of g.shapes) {
    yield* beyond(`shape "${name}"`, vertex, g.vertices, "vertices");
    yield* outside(`shape "${name}"`, move, -REACH, REACH);
  }
  yield* outside('array "pos"', g.position, -REACH, REACH);
  // The rim of an eyeball, always under the lids, lies a little outside its picture.
  yield* outside('array "uv"', g.uv, -1, 2);
  const near = camera.dist - NEAREST;
  const ahead = g.position.findIndex((z, i) => i % 3 === 2 && z > near);
  if (ahead >= 0) {
    yield `array "pos" has ${g.position[ahead]} at ${ahead}: nearer to the camera than ${NEAREST}`;
  }
}

function* beyond(what: string, list: Uint16Array, end: number, things: string): Generator<string> {
  const at = list.findIndex((index) => index >= end);
  if (at >= 0) yield `${what} has the index ${list[at]} at ${at}, but there are ${end} ${things}`;
}

/** NaN lies outside everything. */
function* outside(what: string, list: Float32Array, low: number, high: number): Generator<string> {
  const at = list.findIndex((value) => !(value >= low && value <= high));
  if (at >= 0) yield `${what} has ${list[at]} at ${at}, expected ${low} to ${high}`;
}
