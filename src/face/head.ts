/**
 * The head: a mesh that the weights shape, the pose turns and a camera projects. What fills it with pixels is
 * `fill/head.ts`, or the graphics card (`gl/head_mesh.ts`).
 */
import type { View } from "./layer.ts";
import type { Pack } from "./pack.ts";
import { clamp, rotation, smoothstep, type Weights } from "./pose.ts";

export interface Head {
  pack: Pack;
  /** Half the side of the picture that it is projected into. */
  size: number;
  /** Of each vertex: coordinates in the picture, and depth (greater is nearer). */
  x: Float32Array;
  y: Float32Array;
  z: Float32Array;
  /** Of each vertex of the eyeballs: coordinates in the picture of standing shadows and reflections, 0..1. */
  u2: Float32Array;
  v2: Float32Array;
  /** The point the head turns about, decimetres. */
  pivot: number[];
  /** Deformed vertices: x, y, z, decimetres. */
  vertex: Float32Array;
  /** How far a vertex turns with the head (the neck's foot stays), 0..1. */
  follow: Float32Array;
  /** 0 deep in the mouth .. 1 at the lips. */
  mouthDepth: Float32Array;
  /** Triangles of the skin; those from `inside` on line the mouth. */
  skin: Uint16Array;
  inside: number;
}

export function createHead(pack: Pack, size: number): Head {
  const { geometry: g, manifest: m } = pack, list = () => new Float32Array(g.vertices);
  const head: Head = {
    pack,
    size,
    x: list(),
    y: list(),
    z: list(),
    u2: list(),
    v2: list(),
    pivot: [0, m.eye_y - 0.95, m.head_z - 0.1],
    vertex: new Float32Array(g.vertices * 3),
    follow: list(),
    mouthDepth: list(),
    skin: g.skin,
    inside: startOfInside(pack),
  };
  const { position: p, bodyVertices } = g;
  let lips = -9;
  for (let v = 0; v < bodyVertices; v++) {
    const nearMouth = Math.abs(p[3 * v]) < 0.06 && Math.abs(p[3 * v + 1] - m.eye_y - m.mouth[0]) < 0.12;
    if (nearMouth) lips = Math.max(lips, p[3 * v + 2]);
  }
  for (let v = 0; v < g.vertices; v++) {
    const x = p[3 * v], y = p[3 * v + 1], z = p[3 * v + 2], front = lips - 1.6 * x * x;
    const height = y + 0.22 * clamp(z - head.pivot[2], 0, 1);
    head.follow[v] = v >= bodyVertices ? 1 : smoothstep(m.eye_y - 1.62, m.eye_y - 0.86, height);
    // Teeth lie in the shadow of the upper lip, and of the cheeks.
    const shade = 0.4 * smoothstep(-0.04, 0.09, y - m.eye_y - m.mouth[0]);
    head.mouthDepth[v] = smoothstep(front - 0.75, front - 0.06, z) * (1 - shade) *
      (1 - 0.6 * smoothstep(0.08, 0.32, Math.abs(x)));
  }
  return head;
}

/** Triangles inside the mouth come last in a pack's list. */
function startOfInside({ geometry: { skin, corner, region } }: Pack): number {
  const lines = (at: number) => region[corner[skin[at]] * 4 + 3] > 60;
  let start = skin.length;
  while (start > 0 && lines(start - 3) && lines(start - 2) && lines(start - 1)) start -= 3;
  return start;
}

/** Shapes the face, turns the eyes and projects all vertices. `gazeX`, `gazeY`: radians relative to the head. */
export function poseHead(head: Head, weights: Weights, view: View, gazeX: number, gazeY: number): void {
  deform(head, weights);
  turnEyes(head, gazeX, gazeY);
  project(head, view);
}

function deform({ pack: { geometry: { position, shapes } }, vertex: out }: Head, weights: Weights): void {
  out.set(position);
  for (const name in weights) {
    const weight = weights[name], shape = shapes.get(name);
    if (!shape || Math.abs(weight) < 0.002) continue;
    const { vertex, move } = shape;
    for (let i = 0, q = 0; i < vertex.length; i++, q += 3) {
      const v = vertex[i] * 3;
      out[v] += weight * move[q];
      out[v + 1] += weight * move[q + 1];
      out[v + 2] += weight * move[q + 2];
    }
  }
}

function turnEyes({ pack, vertex: out, u2, v2 }: Head, gazeX: number, gazeY: number): void {
  const { geometry: { position, vertices, bodyVertices }, manifest, camera } = pack;
  const [left, top, right, bottom] = manifest.eyemap;
  const turn = rotation({ yaw: gazeX, pitch: -gazeY, roll: 0 }), half = (vertices - bodyVertices) / 2;
  for (let v = bodyVertices; v < vertices; v++) {
    const [centre] = v < bodyVertices + half ? manifest.eyes.l : manifest.eyes.r;
    const x = position[3 * v] - centre[0], y = position[3 * v + 1] - centre[1];
    const z = position[3 * v + 2] - centre[2];
    const X = out[3 * v] = centre[0] + turn[0] * x + turn[1] * y + turn[2] * z;
    const Y = out[3 * v + 1] = centre[1] + turn[3] * x + turn[4] * y + turn[5] * z;
    const Z = out[3 * v + 2] = centre[2] + turn[6] * x + turn[7] * y + turn[8] * z;
    // Shadow of the lids and reflection stay where they are while the eye turns under them.
    const s = camera.dist / (camera.dist - Z) / (2 * camera.halfRender);
    u2[v] = (0.5 + X * s - left) / (right - left);
    v2[v] = (0.5 - (Y - camera.cy) * s - top) / (bottom - top);
  }
}

function project(head: Head, { head: r, dx, dy }: View): void {
  const { vertex, follow, x: sx, y: sy, z: sz, size, pivot: [, py, pz] } = head;
  const { camera: { dist, half, cy }, geometry: { vertices } } = head.pack, k = size / half * dist;
  for (let v = 0, i = 0; v < vertices; v++, i += 3) {
    const x = vertex[i], y = vertex[i + 1] - py, z = vertex[i + 2] - pz, h = follow[v];
    const X = x + (r[0] * x + r[1] * y + r[2] * z - x) * h + dx * (0.35 + 0.65 * h);
    const Y = y + py + (r[3] * x + r[4] * y + r[5] * z - y) * h + dy;
    const Z = z + pz + (r[6] * x + r[7] * y + r[8] * z - z) * h;
    const s = k / (dist - Z);
    sx[v] = size + X * s;
    sy[v] = size - (Y - cy) * s;
    sz[v] = Z;
  }
}
