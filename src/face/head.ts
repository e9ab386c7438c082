/**
 * The head: a mesh with two lit textures (neutral; mouth open and eyes closed) that are mixed per vertex by what the face
 * does, and creased by a third, so that light and wrinkles are baked and never computed. Drawn with 2×2 samples a pixel.
 */
import { creaseDrives, creasedTriangles, CREASES, FROWN, mixCrease } from "./crease.ts";
import { drawEyes, drawLashes } from "./eyes.ts";
import type { View } from "./layer.ts";
import { type Light, lightOf, type Shade } from "./light.ts";
import type { Pack } from "./pack.ts";
import { clamp, rotation, smoothstep, type Weights } from "./pose.ts";
import { clear, createRaster, type Raster } from "./raster.ts";
import { drawCrease, drawLit, drawSkin } from "./skin.ts";
import { over } from "./texture.ts";

export interface Head {
  pack: Pack;
  /** Pixels a side of the picture; the raster has twice as many. */
  size: number;
  raster: Raster;
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
  /** The triangles that a smile creases, and those that a frown does. */
  creases: Uint16Array[];
  /** The vertices that say how large the head is in the picture. */
  outline: Uint16Array;
}

export function createHead(pack: Pack, size: number): Head {
  const { geometry: g, manifest: m, textures: t } = pack;
  const head: Head = {
    pack,
    size,
    raster: createRaster(size * 2, g.corner, g.uv, g.vertices),
    pivot: [0, m.eye_y - 0.95, m.head_z - 0.1],
    vertex: new Float32Array(g.vertices * 3),
    follow: new Float32Array(g.vertices),
    mouthDepth: new Float32Array(g.vertices),
    skin: g.skin,
    inside: startOfInside(pack),
    creases: [],
    outline: Uint16Array.from({ length: g.bodyVertices }, (_, i) => i),
  };
  if (g.crease) head.creases = [0, 8].map((shift) => creasedTriangles(g, head.inside, t.crease, shift));
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

function turnEyes({ pack, vertex: out, raster }: Head, gazeX: number, gazeY: number): void {
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
    raster.u2[v] = (0.5 + X * s - left) / (right - left);
    raster.v2[v] = (0.5 - (Y - camera.cy) * s - top) / (bottom - top);
  }
}

function project(head: Head, { head: r, dx, dy }: View): void {
  const { vertex, follow, raster: { x: sx, y: sy, z: sz }, size, pivot: [, py, pz] } = head;
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

/** Draws the posed head over the picture. */
export function drawHead(head: Head, weights: Weights, picture: Uint32Array): void {
  const { raster: r, skin, inside, pack: { geometry: g, textures: t } } = head;
  const box = boundingBox(head);
  clear(r, ...box);
  const light = lightOf(weights);
  mixSkin(head, light);
  drawSkin(r, skin, 0, inside, t.skin0, t.skin1);
  drawCreases(head, creaseDrives(weights));
  drawEyes(r, g.eyes, t.eye, t.eyemap, -0.012);
  darken(head, light.lining);
  drawLit(r, skin, inside, t.skin1);
  darken(head, light.teeth);
  drawLit(r, g.teeth, 0, t.mouth);
  drawLit(r, g.tongue, 0, t.mouth, -0.05);
  drawLashes(r, g.lashes, t.lash, 0.03);
  resolve(head, box, picture);
}

type Box = [x0: number, y0: number, x1: number, y1: number];

/** The head's rectangle in samples, on even numbers. */
function boundingBox({ outline, raster: { x, y, side } }: Head): Box {
  let x0 = side, y0 = side, x1 = 0, y1 = 0;
  for (let i = 0; i < outline.length; i++) {
    const px = x[outline[i]], py = y[outline[i]];
    if (px < x0) x0 = px;
    if (px > x1) x1 = px;
    if (py < y0) y0 = py;
    if (py > y1) y1 = py;
  }
  const even = (value: number) => clamp((value | 0) & ~1, 0, side);
  return [even(x0), even(y0), even(Math.ceil(x1) + 2), even(Math.ceil(y1) + 2)];
}

/** Closed eyes and an open mouth take their light from the second texture. */
function mixSkin({ raster: { weight }, pack: { geometry } }: Head, { left, right, mouth }: Light): void {
  const { region, bodyVertices } = geometry;
  for (let v = 0, i = 0; v < bodyVertices; v++, i += 4) {
    weight[v] = Math.max(region[i] * left, region[i + 1] * right, region[i + 2] * mouth, region[i + 3]) / 255;
  }
}

function drawCreases({ raster: r, creases, pack }: Head, drives: number[]): void {
  const { textures: { crease: texture }, geometry: { crease, bodyVertices } } = pack;
  if (!crease) return;
  const smiles = mixCrease(crease, bodyVertices, drives, 0, FROWN, r.weight);
  if (smiles) drawCrease(r, creases[0], texture, 0);
  const frowns = mixCrease(crease, bodyVertices, drives, FROWN, CREASES, r.weight);
  if (frowns) drawCrease(r, creases[1], texture, 8);
}

function darken({ raster: { weight }, mouthDepth, pack }: Head, { deep, rise }: Shade): void {
  for (let v = 0; v < pack.geometry.bodyVertices; v++) weight[v] = deep + rise * mouthDepth[v];
}

/** Averages 2×2 samples and puts them over the picture. */
function resolve({ size, raster: { color, side } }: Head, [x0, y0, x1, y1]: Box, picture: Uint32Array): void {
  for (let y = y0; y < y1; y += 2) {
    let o = (y >> 1) * size + (x0 >> 1);
    for (let i = y * side + x0, end = y * side + x1; i < end; i += 2, o++) {
      const a = color[i], b = color[i + 1], c = color[i + side], d = color[i + side + 1];
      if (!((a | b | c | d) >>> 24)) continue;
      const redBlue = (((a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff) + 0x20002) >>> 2) &
        0xff00ff;
      const greenAlpha = ((((a >>> 8) & 0xff00ff) + ((b >>> 8) & 0xff00ff) + ((c >>> 8) & 0xff00ff) +
        ((d >>> 8) & 0xff00ff) + 0x20002) >>> 2) & 0xff00ff;
      const average = redBlue | (greenAlpha << 8);
      picture[o] = greenAlpha >>> 16 === 255 ? average : over(average, picture[o]);
    }
  }
}
