/**
 * How large an avatar pack may be. Whoever loads a pack may not have made it: every number is checked before the work or
 * the memory it stands for is spent. The packs that are shipped need a tenth of most.
 */

/** Bytes. */
export const MANIFEST_BYTES = 1 << 20;
export const FILE_BYTES = 16 << 20;
export const PACK_BYTES = 64 << 20;
export const FILES = 32;
/** Of one picture, before it is inflated; four bytes each. */
export const PIXELS = 4 << 20;
/** Corners and vertices are numbered with 16 bits. */
export const VERTICES = 65_535;
/** All lists together; each costs about 0.6 µs a frame. */
export const TRIANGLES = 40_000;
export const SHAPES = 128;
/** Vertices that all shapes together move. */
export const MOVES = 500_000;
/** Cells a side of the grid that warps hair and clothes. */
export const GRID = 128;
/** Nothing lies or moves further from the middle than this, decimetres. */
export const REACH = 100;
