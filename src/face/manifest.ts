/** What `manifest.json` of an avatar pack says: its files, the camera it was lit for, and how `face.bin` is laid out. */
import * as v from "valibot";
import { label } from "./label.ts";
import { FILE_BYTES, FILES, GRID, PACK_BYTES, REACH, SHAPES, VERTICES } from "./limits.ts";

export const PACK_FORMAT = "talking-head-pack/4";

const number = v.pipe(v.number(), v.finite(), v.minValue(-REACH), v.maxValue(REACH));
const length = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const share = length(0, 1);
const count = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));
const point = v.tuple([number, number, number]);
const fileName = v.pipe(
  v.string(),
  v.maxLength(40),
  v.regex(
    /^[a-z0-9_]+\.(png|bin|jpg|webm|mp4)$/,
    "Expected a plain name ending in .png, .bin, .jpg, .webm or .mp4",
  ),
);
const file = v.object({
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "Expected 64 hexadecimal digits")),
  bytes: count(FILE_BYTES),
});
const files = v.pipe(
  v.record(fileName, file),
  v.check((list) => Object.keys(list).length <= FILES, `Expected ${FILES} files at most`),
  v.check(
    (list) => Object.values(list).reduce((sum, { bytes }) => sum + bytes, 0) <= PACK_BYTES,
    `Expected ${PACK_BYTES} bytes at most in all files together`,
  ),
);
/** Offset in bytes, number of elements, type of the elements. */
const slice = <T extends string>(type: T) => v.tuple([count(FILE_BYTES), count(FILE_BYTES), v.literal(type)]);
/** Centre (decimetres) and radius. */
const eye = v.tuple([point, length(0.02, 1)]);

/** Hair and clothes; a pack may do without any of them. */
export const layerNames = ["hair_back", "cloth", "hair_front"] as const;
export type LayerName = typeof layerNames[number];

export const Manifest = v.object({
  format: v.literal(PACK_FORMAT),
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, "Expected letters a-z, digits, _ -")),
  ...label,
  files,
  /**
   * Decimetres. `cy` is the height of the optical axis, `dist` the camera's distance from the plane z = 0, `half` half
   * the side of the nominal picture there, `half_render` the same for the pictures of hair and clothes.
   */
  camera: v.pipe(
    v.object({ cy: number, dist: length(3, REACH), half: length(0.5, 10), half_render: length(0.5, 20) }),
    v.check(
      (c) => c.half_render >= c.half && c.half_render <= 2 * c.half,
      '"half_render" is 1 to 2 × "half"',
    ),
  ),
  eye_y: number,
  /** Height of the mouth relative to `eye_y`, and half its width. */
  mouth: v.tuple([number, number]),
  eyes: v.object({ l: eye, r: eye }),
  /** Where `eyemap.png` lies in the rendered picture: left, top, right, bottom, 0..1. */
  eyemap: v.pipe(
    v.tuple([share, share, share, share]),
    v.check(
      ([left, top, right, bottom]) => left < right && top < bottom,
      "Expected left < right, top < bottom",
    ),
  ),
  head_z: number,
  /** Hair and clothes are warped on a grid of this many cells a side. */
  grid: v.pipe(count(GRID), v.minValue(1)),
  /** Depth of every grid corner, row by row. */
  layers: v.record(v.picklist(layerNames), v.pipe(v.array(number), v.maxLength((GRID + 1) ** 2))),
  geometry: v.object({
    arrays: v.object({
      pos: slice("float32"),
      uv: slice("float32"),
      corner: slice("uint16"),
      region: slice("uint8"),
      /** With it there is a `crease.png`; a face without both does not crease. */
      crease: v.optional(slice("uint8")),
      didx: slice("uint16"),
      dval: slice("float32"),
      tri_skin: slice("uint16"),
      tri_teeth: slice("uint16"),
      tri_tongue: slice("uint16"),
      tri_eyes: slice("uint16"),
      tri_lash: slice("uint16"),
    }),
    /** Where a shape's moves lie in `didx` and `dval`: first, how many. */
    shapes: v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(40)), v.tuple([count(FILE_BYTES), count(FILE_BYTES)])),
      v.check((list) => Object.keys(list).length <= SHAPES, `Expected ${SHAPES} shapes at most`),
    ),
    /** Vertices without the eyeballs, and with them. */
    nb: count(VERTICES),
    nv: count(VERTICES),
  }),
});
export type Manifest = v.InferOutput<typeof Manifest>;

/**
 * @param text the content of `manifest.json`
 * @returns the manifest, or one line for each fault: where it is, and what was expected
 */
export function readManifest(text: string): { manifest: Manifest } | { faults: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { faults: [`manifest.json is not JSON: ${(error as Error).message}`] };
  }
  const result = v.safeParse(Manifest, json);
  if (!result.success) {
    return {
      faults: result.issues.map((issue) => `manifest.json, "${v.getDotPath(issue) ?? ""}": ${issue.message}`),
    };
  }
  const manifest = result.output, faults = [...layerFaults(manifest), ...creaseFaults(manifest)];
  return faults.length > 0 ? { faults } : { manifest };
}

function* layerFaults({ layers, grid, camera }: Manifest): Generator<string> {
  for (const [name, depths] of Object.entries(layers)) {
    const expected = (grid + 1) ** 2;
    if (depths.length !== expected) {
      yield `manifest.json, "layers.${name}": ${depths.length} depths, expected ${expected} for a grid of ${grid}`;
    }
    if (depths.some((z) => z > camera.dist - 1)) {
      yield `manifest.json, "layers.${name}": a depth lies behind the camera or nearer to it than 1`;
    }
  }
}

function* creaseFaults({ files, geometry }: Manifest): Generator<string> {
  if (Object.hasOwn(files, "crease.png") && !geometry.arrays.crease) {
    yield 'manifest.json, "geometry.arrays.crease": Expected the array that belongs to "crease.png"';
  }
}
