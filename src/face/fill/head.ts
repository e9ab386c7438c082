/**
 * Fills a posed head with pixels: two lit textures (neutral; mouth open and eyes closed) are mixed per vertex by what the
 * face does, and creased by a third, so that light and wrinkles are baked and never computed. 2×2 samples a pixel.
 */
import { creaseDrives, CREASES, FROWN, mixCrease } from "../crease.ts";
import type { Head } from "../head.ts";
import { type Light, lightOf, type Shade } from "../light.ts";
import { clamp, type Weights } from "../pose.ts";
import type { VisibleHead } from "../prune.ts";
import { type Coat, type CoatSettings, createCoat } from "./coat.ts";
import type { Store } from "./memory.ts";

export interface HeadFill {
  head: Head;
  store: Store;
  /** Address of the record that the program draws by; see `program/records.ts`. */
  mesh: number;
  /** What the program takes from the head for each picture. */
  x: Float32Array;
  y: Float32Array;
  z: Float32Array;
  u2: Float32Array;
  v2: Float32Array;
  /** Those whose weights or whose presence change. */
  coats: Record<"skin" | "smiles" | "frowns" | "lining" | "teeth" | "tongue", Coat>;
  /** Address of the list of all coats' addresses, from below to above. */
  order: number;
  count: number;
  /** The vertices that say how large the head is in the picture. */
  outline: Uint16Array;
}

/** Bytes of a float. */
const FLOAT = 4;
/** Rows of samples that are filled at a time, as in `program/head.ts`. */
const BAND = 32;
/** A row of samples and the next must not lie at the same place of the cache's pages: words more. */
const PAD = 16;

export function fillHead(store: Store, head: Head, visible: VisibleHead): HeadFill {
  const { geometry: g, textures: t } = head.pack, side = 2 * head.size, stride = side + PAD;
  const floats = () => store.reserve(g.vertices * FLOAT), band = () => store.reserve(BAND * stride * FLOAT);
  const lists = { x: floats(), y: floats(), z: floats(), u2: floats(), v2: floats() };
  const mesh = store.put(Uint32Array.of(side, stride, band(), band(), ...Object.values(lists)));
  const coat = (settings: Omit<CoatSettings, "geometry">) => createCoat(store, { geometry: g, ...settings });
  const [smiles, frowns] = visible.creases;
  // A face without creases has no triangles that crease either.
  const crease = t.crease ?? t.skin0;
  // In their order; what is nearer does not let shine through what it lies on.
  const coats = {
    skin: coat({ kind: "skin", corners: visible.skin, texture: t.skin0, second: t.skin1 }),
    smiles: coat({ kind: "crease", corners: smiles, texture: crease, shift: 0 }),
    frowns: coat({ kind: "crease", corners: frowns, texture: crease, shift: 8 }),
    eyes: coat({ kind: "eye", corners: g.eyes, texture: t.eye, second: t.eyemap, nearer: -0.012 }),
    lining: coat({ kind: "lit", corners: head.skin.subarray(head.inside), texture: t.skin1 }),
    teeth: coat({ kind: "lit", corners: g.teeth, texture: t.mouth }),
    tongue: coat({ kind: "lit", corners: g.tongue, texture: t.mouth, nearer: -0.05 }),
    lashes: coat({ kind: "lash", corners: g.lashes, texture: t.lash, nearer: 0.03 }),
  };
  const all = Object.values(coats), view = (list: number) => store.floats(list, g.vertices);
  return {
    head,
    store,
    mesh,
    x: view(lists.x),
    y: view(lists.y),
    z: view(lists.z),
    u2: view(lists.u2),
    v2: view(lists.v2),
    coats,
    order: store.put(Uint32Array.from(all, ({ address }) => address)),
    count: all.length,
    outline: visible.outline,
  };
}

/** Draws the posed head over a picture in the store. */
export function drawHead(fill: HeadFill, weights: Weights, picture: number): void {
  const { head, coats, store: { program }, mesh, order, count } = fill, light = lightOf(weights);
  for (const name of ["x", "y", "z", "u2", "v2"] as const) fill[name].set(head[name]);
  mixSkin(fill, light);
  crease(fill, creaseDrives(weights));
  darken(fill, coats.lining, light.lining);
  darken(fill, coats.teeth, light.teeth);
  coats.tongue.weight.set(coats.teeth.weight);
  program.drawHead(mesh, order, count, ...boundingBox(fill), picture);
}

type Box = [x0: number, y0: number, x1: number, y1: number];

/** The head's rectangle in samples: multiples of 4 across, as the program wants it, and of 2 down. */
function boundingBox({ outline, x, y, head: { size } }: HeadFill): Box {
  let x0 = 2 * size, y0 = x0, x1 = 0, y1 = 0;
  for (let i = 0; i < outline.length; i++) {
    const px = x[outline[i]], py = y[outline[i]];
    if (px < x0) x0 = px;
    if (px > x1) x1 = px;
    if (py < y0) y0 = py;
    if (py > y1) y1 = py;
  }
  const down = (value: number, step: number) => clamp(Math.floor(value / step) * step, 0, 2 * size);
  return [down(x0, 4), down(y0, 2), down(x1 + 4, 4), down(y1 + 2, 2)];
}

/** Closed eyes and an open mouth take their light from the second texture. */
function mixSkin(
  { coats: { skin: { weight } }, head: { pack } }: HeadFill,
  { left, right, mouth }: Light,
): void {
  const { region, bodyVertices } = pack.geometry;
  for (let v = 0, i = 0; v < bodyVertices; v++, i += 4) {
    weight[v] = Math.max(region[i] * left, region[i + 1] * right, region[i + 2] * mouth, region[i + 3]) / 255;
  }
}

function crease({ coats: { smiles, frowns }, head: { pack } }: HeadFill, drives: number[]): void {
  const { crease, bodyVertices } = pack.geometry;
  if (!crease) return;
  smiles.want(mixCrease(crease, bodyVertices, drives, 0, FROWN, smiles.weight));
  frowns.want(mixCrease(crease, bodyVertices, drives, FROWN, CREASES, frowns.weight));
}

function darken({ head: { mouthDepth, pack } }: HeadFill, { weight }: Coat, { deep, rise }: Shade): void {
  for (let v = 0; v < pack.geometry.bodyVertices; v++) weight[v] = deep + rise * mouthDepth[v];
}
