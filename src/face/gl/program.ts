/** Small pieces of WebGL2 that every drawing needs: programs, textures, buffers. */
import type { Texture } from "../texture.ts";

export type Gl = WebGL2RenderingContext;

export interface Program {
  program: WebGLProgram;
  /** Place of a uniform; null when the shader does not use it. */
  uniform(name: string): WebGLUniformLocation | null;
}

/**
 * Compiles and links.
 *
 * @param attributes names; the first one gets place 0, and so on
 * @throws Error with the driver's words
 */
export function createProgram(
  gl: Gl,
  vertex: string,
  fragment: string,
  attributes: readonly string[],
): Program {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  attributes.forEach((name, place) => gl.bindAttribLocation(program, place, name));
  gl.linkProgram(program);
  // A lost context fails here too; whoever draws is told of that by its event.
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const logs = [
      gl.getProgramInfoLog(program),
      ...gl.getAttachedShaders(program)!.map(gl.getShaderInfoLog, gl),
    ];
    throw new Error(`WebGL: a shader was refused: ${logs.filter(Boolean).join(" ").trim()}`);
  }
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    uniform(name) {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
      return places.get(name)!;
    },
  };
}

/** Sends a picture to the graphics card as it is (premultiplied); read between its texels, not beyond its edges. */
export function uploadTexture(gl: Gl, { width, height, pixels }: Texture): WebGLTexture {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
    gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  }
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
  }
  return texture;
}

/** Makes `texture` the one that the sampler `name` reads. */
export function bindTexture(
  gl: Gl,
  { uniform }: Program,
  name: string,
  unit: number,
  texture: WebGLTexture,
): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.uniform1i(uniform(name), unit);
}

/** A buffer with these contents. */
export function createBuffer(
  gl: Gl,
  target: number,
  data: ArrayBufferView<ArrayBuffer>,
  usage: number,
): WebGLBuffer {
  const buffer = gl.createBuffer();
  gl.bindBuffer(target, buffer);
  gl.bufferData(target, data, usage);
  return buffer;
}
