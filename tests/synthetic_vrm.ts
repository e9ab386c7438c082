/**
 * A synthetic VRM: a ball with two eyes and a mouth on a skeleton of boxes, made of nothing but numbers, so that no model of
 * a person has to be shipped. Its mouth opens with "aa", narrows with "ou", and its eyes close with "blink".
 */

export interface SyntheticVrm {
  version: "0.0" | "1.0";
  /** Changes the glTF before it is written; for files that are wrong. */
  // deno-lint-ignore no-explicit-any
  change?(gltf: any): void;
}

type Point = [x: number, y: number, z: number];
/** A mesh of quads or a ball; `targets` are moves of all its points. */
interface Shape {
  points: Point[];
  triangles: number[];
  targets: Point[][];
  color: number[];
  textured?: boolean;
}

const BONES: [name: string, parent: string | null, at: Point][] = [
  ["hips", null, [0, 0.9, 0]],
  ["spine", "hips", [0, 0.1, 0]],
  ["chest", "spine", [0, 0.15, 0]],
  ["neck", "chest", [0, 0.25, 0]],
  ["head", "neck", [0, 0.08, 0]],
];
for (const [side, sign] of [["left", 1], ["right", -1]] as const) {
  BONES.push(
    [`${side}UpperArm`, "chest", [0.15 * sign, 0.18, 0]],
    [`${side}LowerArm`, `${side}UpperArm`, [0.25 * sign, 0, 0]],
    [`${side}Hand`, `${side}LowerArm`, [0.22 * sign, 0, 0]],
    [`${side}UpperLeg`, "hips", [0.09 * sign, -0.05, 0]],
    [`${side}LowerLeg`, `${side}UpperLeg`, [0, -0.4, 0]],
    [`${side}Foot`, `${side}LowerLeg`, [0, -0.4, 0]],
  );
}

function ball(radius: number, squash: number, color: number[]): Shape {
  const points: Point[] = [], triangles: number[] = [], rings = 12, around = 16;
  for (let i = 0; i <= rings; i++) {
    for (let k = 0; k <= around; k++) {
      const a = Math.PI * i / rings, b = 2 * Math.PI * k / around;
      points.push([
        radius * squash * Math.sin(a) * Math.sin(b),
        radius * Math.cos(a),
        radius * squash * Math.sin(a) * Math.cos(b),
      ]);
      const at = i * (around + 1) + k;
      if (i < rings && k < around) {
        triangles.push(at, at + around + 1, at + 1, at + 1, at + around + 1, at + around + 2);
      }
    }
  }
  return { points, triangles, targets: [], color };
}

/** A flat ellipse that looks forward; each target scales it. */
function patch(
  [x, y, z]: Point,
  width: number,
  height: number,
  color: number[],
  scales: [number, number][],
): Shape {
  const points: Point[] = [[x, y, z]], triangles: number[] = [];
  for (let k = 0; k < 12; k++) {
    const a = 2 * Math.PI * k / 12;
    points.push([x + width * Math.cos(a), y + height * Math.sin(a), z]);
    triangles.push(0, 1 + k, 1 + (k + 1) % 12);
  }
  const targets = scales.map(([sx, sy]) =>
    points.map(([px, py]): Point => [(px - x) * (sx - 1), (py - y) * (sy - 1), 0])
  );
  return { points, triangles, targets, color };
}

/** By the bone that each hangs on. */
const SHAPES: [bone: string, shape: Shape][] = [
  ["head", { ...ball(0.13, 0.85, [1, 0.8, 0.7, 1]), textured: true }],
  ["head", patch([0, -0.05, 0.12], 0.035, 0.006, [0.35, 0.02, 0.03, 1], [[1, 5], [0.4, 2]])],
  ["head", patch([0.04, 0.03, 0.118], 0.015, 0.018, [0.05, 0.05, 0.1, 1], [[1, 0.1]])],
  ["head", patch([-0.04, 0.03, 0.118], 0.015, 0.018, [0.05, 0.05, 0.1, 1], [[1, 0.1]])],
  ["chest", ball(0.2, 0.7, [0.2, 0.4, 0.5, 1])],
];

/** One red pixel is enough to show that pictures are read: a PNG of 1 × 1. */
const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==",
);

/** The whole file. */
export function syntheticVrm({ version, change }: SyntheticVrm): Uint8Array<ArrayBuffer> {
  const gltf = describe(version);
  change?.(gltf.json);
  const json = new TextEncoder().encode(JSON.stringify(gltf.json));
  const padded = (length: number) => Math.ceil(length / 4) * 4;
  const file = new Uint8Array(28 + padded(json.length) + padded(gltf.bytes.length)),
    view = new DataView(file.buffer);
  const words = [0x46546c67, 2, file.length, padded(json.length), 0x4e4f534a];
  words.forEach((word, i) => view.setUint32(4 * i, word, true));
  file.fill(0x20, 20, 20 + padded(json.length)).set(json, 20);
  const binary = 20 + padded(json.length);
  view.setUint32(binary, padded(gltf.bytes.length), true);
  view.setUint32(binary + 4, 0x004e4942, true);
  file.set(gltf.bytes, binary + 8);
  return file;
}

// deno-lint-ignore no-explicit-any
function describe(version: SyntheticVrm["version"]): { json: Record<string, any>; bytes: Uint8Array } {
  // The older models look the other way in their own space.
  const turn = version === "0.0" ? -1 : 1;
  const place = ([x, y, z]: Point): Point => [turn * x, y, turn * z];
  const pieces: Uint8Array[] = [], bufferViews: object[] = [], accessors: object[] = [];
  const view = (bytes: Uint8Array) => {
    const byteOffset = pieces.reduce((sum, { length }) => sum + length, 0);
    pieces.push(bytes, new Uint8Array(-bytes.length & 3));
    return bufferViews.push({ buffer: 0, byteOffset, byteLength: bytes.length }) - 1;
  };
  const numbers = (list: Float32Array | Uint16Array, type: string, each: number, more = {}) =>
    accessors.push({
      bufferView: view(new Uint8Array(list.buffer)),
      componentType: list instanceof Float32Array ? 5126 : 5123,
      count: list.length / each,
      type,
      ...more,
    }) - 1;
  const points = (list: Point[]) => {
    const flat = Float32Array.from(list.flatMap(place)),
      of = (k: number) => flat.filter((_, i) => i % 3 === k);
    const ends = (pick: (...values: number[]) => number) => [0, 1, 2].map((k) => pick(...of(k)));
    return numbers(flat, "VEC3", 3, { min: ends(Math.min), max: ends(Math.max) });
  };
  const nodes = BONES.map((
    [name, , at],
  ): { name: string; translation: Point; children?: number[]; mesh?: number } => ({
    name,
    translation: place(at),
  }));
  const bone = (name: string) => BONES.findIndex(([other]) => other === name);
  const child = (parent: string, index: number) => (nodes[bone(parent)].children ??= []).push(index);
  BONES.forEach(([, parent], i) => parent && child(parent, i));
  const meshes = SHAPES.map(([, shape], i) => ({
    primitives: [{
      attributes: {
        POSITION: points(shape.points),
        NORMAL: points(shape.points.map(([x, y, z]) => normal(x, y, z, shape.targets.length > 0))),
        TEXCOORD_0: numbers(new Float32Array(2 * shape.points.length), "VEC2", 2),
      },
      indices: numbers(Uint16Array.from(shape.triangles), "SCALAR", 1),
      material: i,
      ...(shape.targets.length > 0 &&
        { targets: shape.targets.map((target) => ({ POSITION: points(target) })) }),
    }],
  }));
  SHAPES.forEach(([parent], mesh) =>
    child(parent, nodes.push({ name: `shape ${mesh}`, translation: [0, 0, 0], mesh }) - 1)
  );
  const json = {
    asset: { version: "2.0", generator: "synthetic, for tests" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes,
    meshes,
    materials: SHAPES.map(([, { color, textured }]) => ({
      doubleSided: true,
      pbrMetallicRoughness: {
        baseColorFactor: color,
        metallicFactor: 0,
        ...(textured && { baseColorTexture: { index: 0 } }),
      },
    })),
    textures: [{ source: 0 }],
    images: [{ bufferView: view(PNG), mimeType: "image/png" }],
    accessors,
    bufferViews,
    ...extensionsOf(version, BONES.length),
  };
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  pieces.reduce((at, piece) => (bytes.set(piece, at), at + piece.length), 0);
  return { json: { ...json, buffers: [{ byteLength: bytes.length }] }, bytes };
}

function normal(x: number, y: number, z: number, flat: boolean): Point {
  const length = Math.hypot(x, y, z) || 1;
  return flat ? [0, 0, 1] : [x / length, y / length, z / length];
}

/** Which shapes move: the mesh, the target and its node. */
const MOVES: [preset: string, old: string, mesh: number, target: number][] = [
  ["aa", "a", 1, 0],
  ["ou", "u", 1, 1],
  ["blink", "blink", 2, 0],
  ["blink", "blink", 3, 0],
];

function extensionsOf(version: SyntheticVrm["version"], firstShape: number): object {
  if (version === "1.0") {
    const preset: Record<string, { morphTargetBinds: object[] }> = {};
    for (const [name, , mesh, index] of MOVES) {
      (preset[name] ??= { morphTargetBinds: [] }).morphTargetBinds.push({
        node: firstShape + mesh,
        index,
        weight: 1,
      });
    }
    const humanBones = Object.fromEntries(BONES.map(([name], node) => [name, { node }]));
    const meta = {
      name: "Synthetic",
      authors: ["a test"],
      licenseUrl: "https://vrm.dev/licenses/1.0/",
    };
    return {
      extensionsUsed: ["VRMC_vrm"],
      extensions: {
        VRMC_vrm: { specVersion: "1.0", meta, humanoid: { humanBones }, expressions: { preset } },
      },
    };
  }
  const groups: Record<string, { name: string; presetName: string; binds: object[] }> = {};
  for (const [, name, mesh, index] of MOVES) {
    (groups[name] ??= { name, presetName: name, binds: [] }).binds.push({ mesh, index, weight: 100 });
  }
  const humanBones = BONES.map(([bone], node) => ({ bone, node, useDefaultValues: true }));
  return {
    extensionsUsed: ["VRM"],
    extensions: {
      VRM: {
        exporterVersion: "synthetic",
        specVersion: "0.0",
        meta: { title: "Synthetic", version: "1", author: "a test" },
        humanoid: { humanBones },
        firstPerson: {},
        blendShapeMaster: { blendShapeGroups: Object.values(groups) },
        secondaryAnimation: { boneGroups: [], colliderGroups: [] },
        materialProperties: [],
      },
    },
  };
}
