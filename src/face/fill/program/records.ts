/** What the program is told of by address: records of 32-bit words that `../head.ts` and `../layer.ts` write. */

/** A picture: RGBA words (red lowest), row by row. */
@unmanaged
export class Texture {
  pixels: usize;
  width: i32;
  height: i32;
}

/** The projected mesh, and room for one band of the picture that it is drawn into. */
@unmanaged
export class Mesh {
  /** Pixels a side of the picture. */
  side: i32;
  /** Words from one row of the band to the next. */
  stride: i32;
  /** RGBA words of the band; 0 where nothing was drawn. */
  color: usize;
  /** f32 of the band; greater is nearer. */
  depth: usize;
  /** f32 of each vertex: picture coordinates and depth. */
  x: usize;
  y: usize;
  z: usize;
  /** f32 of each vertex, 0..1: second texture coordinates. */
  u2: usize;
  v2: usize;
}

/** One layer of paint on the mesh. */
@unmanaged
export class Coat {
  /** One of those in `paint.ts`. */
  kind: i32;
  /** Is it wanted in this picture? */
  wanted: i32;
  triangles: usize;
  count: i32;
  texture: Texture;
  /** The other skin, or light and reflection of the eye. */
  second: Texture;
  /** f32 of each vertex, 0..1: share of the second texture, brightness, or depth of a crease. */
  weight: usize;
  /** Is added to the depth. */
  nearer: f32;
  /** Where the byte of a crease begins in its texture's words. */
  shift: u32;
}

/** A triangle of a coat: 32 bytes. */
@unmanaged
export class Corners {
  /** Vertices. */
  a: u16;
  b: u16;
  c: u16;
  /** Set by `sort`: the bands it lies in; the first is behind the last when it is not seen. */
  first: u8;
  last: u8;
  /** Texture coordinates of the corners, 65536ths of a texel. */
  ua: f32;
  va: f32;
  ub: f32;
  vb: f32;
  uc: f32;
  vc: f32;
}

/** A picture on a grid of square cells, whose corners have been moved. */
@unmanaged
export class Grid {
  texture: usize;
  /** Pixels a side of the texture; cells a side. */
  width: i32;
  cells: i32;
  /** u8 of each cell: is there anything in it? */
  used: usize;
  /** f32 of each corner, row by row: picture coordinates. */
  x: usize;
  y: usize;
}

/** One plane of a picture's part that a drawn face is blended over. */
@unmanaged
export class Plane {
  /** f32 of the drawn face's plane. */
  drawn: usize;
  /** Room for one of its lines. */
  line: usize;
  /** Samples (u8) of the part, and how much of the face shows in each (f32, 0..1). */
  samples: usize;
  share: usize;
  height: i32;
  /** Samples from one row to the next, a multiple of 4. */
  stride: i32;
  /** A sample is made of so many pairs across, and of so many down: 1 or 2. */
  pairs: i32;
  /** Where each pair begins (i32), and its weights (f32, two each). */
  columns: usize;
  columnWeights: usize;
  rows: usize;
  rowWeights: usize;
}
