/** Hair, clothes and rooms on the graphics card: a picture on a grid, whose corners move from frame to frame. */
import type { Layer } from "../layer.ts";
import type { Texture } from "../texture.ts";
import { bindTexture, createBuffer, createProgram, type Gl, type Program, uploadTexture } from "./program.ts";

const VERTEX = `#version 300 es
in vec2 at;
in vec2 uv;
out vec2 place;
void main() {
  place = uv;
  gl_Position = vec4(at, 0.0, 1.0);
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D picture;
in vec2 place;
out vec4 color;
void main() {
  color = texture(picture, place);
}`;

export interface LayerMesh {
  texture: WebGLTexture;
  /** x and y of every corner, -1..1, as WebGL counts. */
  corners: Float32Array<ArrayBuffer>;
  corner: WebGLBuffer;
  array: WebGLVertexArrayObject;
  /** How many corners the triangles have together. */
  count: number;
}

export function createLayerProgram(gl: Gl): Program {
  return createProgram(gl, VERTEX, FRAGMENT, ["at", "uv"]);
}

/** @param used per cell, row by row: is there anything in it? */
function createMesh(gl: Gl, texture: Texture, cells: number, used: Uint8Array): LayerMesh {
  const row = cells + 1, uv = new Float32Array(row * row * 2), index: number[] = [];
  for (let k = 0; k < row * row; k++) {
    uv[2 * k] = (k % row) / cells;
    uv[2 * k + 1] = Math.floor(k / row) / cells;
  }
  for (let cell = 0; cell < used.length; cell++) {
    const a = Math.floor(cell / cells) * row + cell % cells;
    if (used[cell]) index.push(a, a + row, a + 1, a + 1, a + row, a + row + 1);
  }
  const corners = uv.map((share, i) => i % 2 === 0 ? 2 * share - 1 : 1 - 2 * share);
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  const corner = createBuffer(gl, gl.ARRAY_BUFFER, corners, gl.DYNAMIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  createBuffer(gl, gl.ARRAY_BUFFER, uv, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(1);
  gl.vertexAttribPointer(1, 2, gl.FLOAT, false, 0, 0);
  createBuffer(gl, gl.ELEMENT_ARRAY_BUFFER, Uint16Array.from(index), gl.STATIC_DRAW);
  gl.bindVertexArray(null);
  return { texture: uploadTexture(gl, texture), corners, corner, array, count: index.length };
}

/** A mesh for a pack's layer, which stays at rest until `moveLayer`. */
export function createLayerMesh(gl: Gl, layer: Layer): LayerMesh {
  return createMesh(gl, layer.texture, layer.cells, layer.used);
}

/** A picture that fills everything. */
export function createRoomMesh(gl: Gl, texture: Texture): LayerMesh {
  return createMesh(gl, texture, 1, Uint8Array.of(1));
}

/** Takes over the corners of a layer that has been projected into a picture of 2 units a side. */
export function moveLayer(gl: Gl, mesh: LayerMesh, { sx, sy }: Layer): void {
  for (let k = 0; k < sx.length; k++) {
    mesh.corners[2 * k] = sx[k] - 1;
    mesh.corners[2 * k + 1] = 1 - sy[k];
  }
  gl.bindBuffer(gl.ARRAY_BUFFER, mesh.corner);
  gl.bufferSubData(gl.ARRAY_BUFFER, 0, mesh.corners);
}

/** Draws the mesh over what is there. */
export function drawLayerMesh(gl: Gl, program: Program, mesh: LayerMesh): void {
  gl.useProgram(program.program);
  bindTexture(gl, program, "picture", 0, mesh.texture);
  gl.bindVertexArray(mesh.array);
  gl.drawElements(gl.TRIANGLES, mesh.count, gl.UNSIGNED_SHORT, 0);
}

export function deleteMesh(gl: Gl, mesh: LayerMesh): void {
  gl.deleteTexture(mesh.texture);
  gl.deleteVertexArray(mesh.array);
  gl.deleteBuffer(mesh.corner);
}
