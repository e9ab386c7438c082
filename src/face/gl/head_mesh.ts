/** The head on the graphics card. Its vertices are shaped and projected by `../head.ts`; only the filling happens there. */
import { creaseDrives, CREASES } from "../crease.ts";
import type { Head } from "../head.ts";
import { lightOf, type Shade } from "../light.ts";
import type { Weights } from "../pose.ts";
import { ATTRIBUTES, FRAGMENT, type Part, PARTS, VERTEX } from "./head_shader.ts";
import { bindTexture, createBuffer, createProgram, type Gl, type Program, uploadTexture } from "./program.ts";

type TextureName = "skin0" | "skin1" | "mouth" | "eye" | "eyemap" | "lash";
const TEXTURES: readonly TextureName[] = ["skin0", "skin1", "mouth", "eye", "eyemap", "lash"];
/** Floats per corner that change with every frame: x, y, z, and the eyes' standing texture coordinates. */
const MOVING = 5;

const UNCREASED = { width: 1, height: 1, pixels: Uint32Array.of(0xff808080) };

/** A run of triangles: corners of the element buffer. */
interface Run {
  first: number;
  count: number;
}
type RunName = "skin" | "lining" | "teeth" | "tongue" | "eyes" | "lashes";

export interface HeadMesh {
  program: Program;
  array: WebGLVertexArrayObject;
  /** Those of the pack, and that of its creases or, where it has none, one texel that changes nothing. */
  textures: Record<TextureName | "crease", WebGLTexture>;
  runs: Record<RunName, Run>;
  buffers: WebGLBuffer[];
  moving: WebGLBuffer;
  values: Float32Array<ArrayBuffer>;
}

/** @param head of one "pixel" a side: its picture is 2 units wide */
export function createHeadMesh(gl: Gl, head: Head): HeadMesh {
  const { geometry: g, textures } = head.pack;
  const program = createProgram(gl, VERTEX, FRAGMENT, ATTRIBUTES);
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  const values = new Float32Array(g.corner.length * MOVING);
  const moving = createBuffer(gl, gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
  point(gl, 0, 3, gl.FLOAT, 4 * MOVING, 0);
  point(gl, 1, 2, gl.FLOAT, 4 * MOVING, 12);
  const uv = createBuffer(gl, gl.ARRAY_BUFFER, g.uv.slice(), gl.STATIC_DRAW);
  point(gl, 2, 2, gl.FLOAT, 0, 0);
  const region = createBuffer(gl, gl.ARRAY_BUFFER, ofCorners(g.corner, g.region, 4), gl.STATIC_DRAW);
  point(gl, 3, 4, gl.UNSIGNED_BYTE, 0, 0);
  const depth = Float32Array.from(g.corner, (vertex) => head.mouthDepth[vertex]);
  const depths = createBuffer(gl, gl.ARRAY_BUFFER, depth, gl.STATIC_DRAW);
  point(gl, 4, 1, gl.FLOAT, 0, 0);
  const folds = ofCorners(g.corner, g.crease ?? new Uint8Array(g.vertices * CREASES), CREASES);
  const creases = createBuffer(gl, gl.ARRAY_BUFFER, folds, gl.STATIC_DRAW);
  point(gl, 5, 4, gl.UNSIGNED_BYTE, CREASES, 0);
  point(gl, 6, 4, gl.UNSIGNED_BYTE, CREASES, 4);
  const { runs, index } = inRuns(head);
  const elements = createBuffer(gl, gl.ELEMENT_ARRAY_BUFFER, index, gl.STATIC_DRAW);
  gl.bindVertexArray(null);
  const crease = textures.crease ?? UNCREASED;
  const uploaded = TEXTURES.map((name) => [name, uploadTexture(gl, textures[name])]);
  return {
    program,
    array,
    textures: { ...Object.fromEntries(uploaded), crease: uploadTexture(gl, crease) },
    runs,
    buffers: [moving, uv, region, depths, creases, elements],
    moving,
    values,
  };
}

/** The attribute at this place is read from the buffer that is bound; bytes become 0..1. */
function point(gl: Gl, place: number, size: number, type: number, stride: number, offset: number): void {
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, size, type, true, stride, offset);
}

/** What belongs to vertices, written out for every corner. */
function ofCorners(corner: Uint16Array, bytes: Uint8Array, each: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(corner.length * each);
  corner.forEach((vertex, i) => result.set(bytes.subarray(vertex * each, (vertex + 1) * each), i * each));
  return result;
}

function inRuns(
  { skin, inside, pack: { geometry: g } }: Head,
): Pick<HeadMesh, "runs"> & { index: Uint16Array<ArrayBuffer> } {
  const lists: [RunName, Uint16Array][] = [
    ["skin", skin.subarray(0, inside)],
    ["lining", skin.subarray(inside)],
    ["teeth", g.teeth],
    ["tongue", g.tongue],
    ["eyes", g.eyes],
    ["lashes", g.lashes],
  ];
  const index = new Uint16Array(lists.reduce((sum, [, list]) => sum + list.length, 0));
  const runs = {} as HeadMesh["runs"];
  let first = 0;
  for (const [name, list] of lists) {
    index.set(list, first);
    runs[name] = { first, count: list.length };
    first += list.length;
  }
  return { runs, index };
}

/** Takes over the vertices of the posed head. */
export function moveHead(gl: Gl, { values, moving }: HeadMesh, { pack, x, y, z, u2, v2 }: Head): void {
  const { corner } = pack.geometry;
  for (let i = 0, o = 0; i < corner.length; i++, o += MOVING) {
    const v = corner[i];
    values[o] = x[v] - 1;
    values[o + 1] = 1 - y[v];
    values[o + 2] = z[v];
    values[o + 3] = u2[v];
    values[o + 4] = v2[v];
  }
  gl.bindBuffer(gl.ARRAY_BUFFER, moving);
  gl.bufferSubData(gl.ARRAY_BUFFER, 0, values);
}

/** Draws the head over what is there, in the order and with the offsets of `drawHead`. */
export function drawHeadMesh(gl: Gl, mesh: HeadMesh, weights: Weights): void {
  const { program, textures: t } = mesh, light = lightOf(weights);
  gl.useProgram(program.program);
  gl.bindVertexArray(mesh.array);
  gl.uniform3f(program.uniform("light"), light.left, light.right, light.mouth);
  const drives = creaseDrives(weights);
  gl.uniform4fv(program.uniform("smiling"), drives.slice(0, 4));
  gl.uniform4fv(program.uniform("frowning"), drives.slice(4));
  bindTexture(gl, program, "creased", 2, t.crease);
  const draw = (
    name: RunName,
    part: Part,
    first: WebGLTexture,
    nearer: number,
    shade?: Shade,
    second = first,
  ) => {
    gl.uniform1i(program.uniform("part"), PARTS[part]);
    gl.uniform1f(program.uniform("nearer"), nearer);
    gl.uniform2f(program.uniform("shade"), shade?.deep ?? 0, shade?.rise ?? 0);
    bindTexture(gl, program, "first", 0, first);
    bindTexture(gl, program, "second", 1, second);
    gl.drawElements(gl.TRIANGLES, mesh.runs[name].count, gl.UNSIGNED_SHORT, 2 * mesh.runs[name].first);
  };
  gl.enable(gl.DEPTH_TEST);
  gl.enable(gl.CULL_FACE);
  gl.disable(gl.BLEND);
  draw("skin", "skin", t.skin0, 0, undefined, t.skin1);
  draw("eyes", "eyes", t.eye, -0.012, undefined, t.eyemap);
  draw("lining", "mouth", t.skin1, 0, light.lining);
  draw("teeth", "mouth", t.mouth, 0, light.teeth);
  draw("tongue", "mouth", t.mouth, -0.05, light.teeth);
  // Seen from both sides; what lies behind them shines through.
  gl.disable(gl.CULL_FACE);
  gl.enable(gl.BLEND);
  gl.depthMask(false);
  draw("lashes", "lashes", t.lash, 0.03);
  gl.depthMask(true);
  gl.disable(gl.DEPTH_TEST);
}

export function deleteHead(gl: Gl, { textures, array, buffers, program }: HeadMesh): void {
  for (const texture of Object.values(textures)) gl.deleteTexture(texture);
  for (const buffer of buffers) gl.deleteBuffer(buffer);
  gl.deleteVertexArray(array);
  gl.deleteProgram(program.program);
}
