/** What `manifest.json` of an avatar pack says: its files, the camera it was lit for, and how `face.bin` is laid out. */
import * as v from "valibot";

export const PACK_FORMAT = "talking-head-pack/2";

const number = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const point = v.tuple([number, number, number]);
const fileName = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9_]+\.(png|bin)$/, "Expected a plain name ending in .png or .bin"),
);
/** Offset in bytes, number of elements, type of the elements. */
const slice = v.tuple([count, count, v.picklist(["float32", "uint16", "uint8"])]);
/** Centre (decimetres) and radius. */
const eye = v.tuple([point, number]);

export const Manifest = v.object({
  format: v.literal(PACK_FORMAT),
  name: v.string(),
  files: v.record(fileName, v.object({ sha256: v.string(), bytes: count })),
  /**
   * Decimetres. `cy` is the height of the optical axis, `dist` the camera's distance from the plane z = 0, `half` half
   * the side of the nominal picture there, `half_render` the same for the pictures of hair and clothes.
   */
  camera: v.object({ cy: number, dist: number, half: number, half_render: number }),
  eye_y: number,
  /** Height of the mouth relative to `eye_y`, and half its width. */
  mouth: v.tuple([number, number]),
  eyes: v.object({ l: eye, r: eye }),
  /** Where `eyemap.png` lies in the rendered picture: left, top, right, bottom, 0..1. */
  eyemap: v.tuple([number, number, number, number]),
  head_z: number,
  /** Hair and clothes are warped on a grid of this many cells a side. */
  grid: v.pipe(count, v.minValue(1)),
  /** Depth of every grid corner, row by row, of `hair_back`, `cloth` and `hair_front`. */
  layers: v.record(v.string(), v.array(number)),
  geometry: v.object({
    arrays: v.object({
      pos: slice,
      uv: slice,
      corner: slice,
      region: slice,
      didx: slice,
      dval: slice,
      tri_skin: slice,
      tri_teeth: slice,
      tri_tongue: slice,
      tri_eyes: slice,
      tri_lash: slice,
    }),
    /** Where a shape's moves lie in `didx` and `dval`: first, how many. */
    shapes: v.record(v.string(), v.tuple([count, count])),
    /** Vertices without the eyeballs, and with them. */
    nb: count,
    nv: count,
  }),
});
export type Manifest = v.InferOutput<typeof Manifest>;

/**
 * @param text the content of `manifest.json`
 * @throws Error in one line: what is wrong, and where
 */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`manifest.json is not JSON: ${(error as Error).message}`);
  }
  const result = v.safeParse(Manifest, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`manifest.json, "${v.getDotPath(issue) ?? ""}": ${issue.message}`);
}
