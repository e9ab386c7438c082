/**
 * Hair and clothes: pictures with depth, warped on a grid as the head moves. What fills them with pixels is
 * `fill/layer.ts`, or the graphics card (`gl/layer_mesh.ts`).
 */
import type { LayerName } from "./manifest.ts";
import type { Pack } from "./pack.ts";
import { smoothstep } from "./pose.ts";
import type { Texture } from "./texture.ts";

/** Lists go over the (cells + 1)² corners of the grid, row by row. */
export interface Layer {
  texture: Texture;
  /** Cells a side. */
  cells: number;
  /** Per cell: is there anything in it? */
  used: Uint8Array;
  /** Position in space, decimetres. */
  x: Float32Array;
  y: Float32Array;
  z: Float32Array;
  /** How far it turns with the head, 0..1, and how far with the late copy of the head's angles. */
  follow: Float32Array;
  late: Float32Array;
  /** Picture coordinates. */
  sx: Float32Array;
  sy: Float32Array;
}

/** What the camera and the head do in one frame. */
export interface View {
  /** Rotation of the head and of the tips of the hair, row by row. */
  head: number[];
  hair: number[];
  /** Shift of the head, decimetres. */
  dx: number;
  dy: number;
}

/** Null when the pack has no such layer. */
export function createLayer(pack: Pack, name: LayerName): Layer | null {
  const depth = pack.manifest.layers[name];
  if (!depth) return null;
  const { camera: { dist, cy, halfRender }, manifest: { grid: cells, eye_y } } = pack;
  const list = () => new Float32Array((cells + 1) ** 2);
  const layer: Layer = {
    texture: pack.textures[name],
    cells,
    used: new Uint8Array(cells * cells),
    x: list(),
    y: list(),
    z: Float32Array.from(depth),
    follow: list(),
    late: list(),
    sx: list(),
    sy: list(),
  };
  const hair = name !== "cloth";
  for (let k = 0; k < depth.length; k++) {
    const scale = (dist - layer.z[k]) / dist * halfRender, row = Math.floor(k / (cells + 1));
    layer.x[k] = ((k % (cells + 1)) / cells * 2 - 1) * scale;
    const y = layer.y[k] = cy - (row / cells * 2 - 1) * scale;
    layer.follow[k] = hair ? 0.45 + 0.55 * smoothstep(eye_y - 1.7, eye_y - 0.6, y) : 0;
    layer.late[k] = hair ? 0.95 * smoothstep(eye_y - 0.1, eye_y - 1.3, y) : 0;
  }
  markUsed(layer);
  return layer;
}

function markUsed({ texture: { width, height, pixels }, cells, used }: Layer): void {
  for (let cell = 0; cell < used.length; cell++) {
    const i = cell % cells, j = Math.floor(cell / cells);
    const x0 = Math.max(0, Math.floor(i * width / cells) - 1);
    const x1 = Math.min(width, Math.ceil((i + 1) * width / cells) + 1);
    const y0 = Math.max(0, Math.floor(j * height / cells) - 1);
    const y1 = Math.min(height, Math.ceil((j + 1) * height / cells) + 1);
    for (let y = y0; y < y1 && !used[cell]; y++) {
      for (let x = x0; x < x1; x++) if (pixels[y * width + x] >>> 24) used[cell] = 1;
    }
  }
}

/** Moves the grid's corners to where the view puts them in a picture of `size` pixels a side. */
export function projectLayer(layer: Layer, pack: Pack, pivot: number[], view: View, size: number): void {
  const { camera: { dist, half, cy } } = pack, { head, hair, dx, dy } = view, [, py, pz] = pivot;
  const middle = size / 2, k = middle / half * dist;
  for (let i = 0; i < layer.x.length; i++) {
    const x = layer.x[i], y = layer.y[i] - py, z = layer.z[i] - pz, h = layer.follow[i], l = layer.late[i];
    const tx = turned(head, hair, l, 0, x, y, z), ty = turned(head, hair, l, 3, x, y, z);
    const tz = turned(head, hair, l, 6, x, y, z);
    const X = x + (tx - x) * h + dx * (0.35 + 0.65 * h);
    const Y = y + py + (ty - y) * h + dy;
    const Z = z + pz + (tz - z) * h;
    const s = k / (dist - Z);
    layer.sx[i] = middle + X * s;
    layer.sy[i] = middle - (Y - cy) * s;
  }
}

/** One coordinate of a point turned by a mix of two rotations. */
function turned(a: number[], b: number[], mix: number, row: number, x: number, y: number, z: number): number {
  return (a[row] + (b[row] - a[row]) * mix) * x + (a[row + 1] + (b[row + 1] - a[row + 1]) * mix) * y +
    (a[row + 2] + (b[row + 2] - a[row + 2]) * mix) * z;
}
