/**
 * The face without a room, for pages that this one is laid over. The video holds its colours above and its alpha below
 * (`toI420WithAlpha`); WebGL puts the two together, picture by picture.
 */
import { useEffect, useRef } from "preact/hooks";

const VERTEX = `
attribute vec2 at;
varying vec2 uv;
void main() {
  uv = vec2(at.x + 1.0, 1.0 - at.y) / 2.0;
  gl_Position = vec4(at, 0.0, 1.0);
}`;
/** Browsers give full-range RGB, so alpha is 0..1 again; the outermost steps are where codecs leave their noise. */
const FRAGMENT = `
precision mediump float;
uniform sampler2D video;
uniform float pixel;
varying vec2 uv;
void main() {
  // Neither half may show the other one at the seam.
  float y = clamp(uv.y / 2.0, pixel, 0.5 - pixel);
  vec3 color = texture2D(video, vec2(uv.x, y)).rgb;
  float alpha = clamp((texture2D(video, vec2(uv.x, y + 0.5)).g - 0.02) / 0.96, 0.0, 1.0);
  gl_FragColor = vec4(min(color, vec3(alpha)), alpha);
}`;

export function CutOut({ face, live }: { face: { current: HTMLVideoElement | null }; live: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const video = face.current!, draw = canvas.current && createDrawing(canvas.current);
    if (!live || !draw) return;
    // Older browsers do not tell when there is a new picture.
    const hasCallback = "requestVideoFrameCallback" in video;
    const wait = (next: () => void) =>
      hasCallback ? video.requestVideoFrameCallback(next) : requestAnimationFrame(next);
    let handle = wait(function next() {
      draw(video);
      handle = wait(next);
    });
    draw(video);
    return () => hasCallback ? video.cancelVideoFrameCallback(handle) : cancelAnimationFrame(handle);
  }, [live]);
  return <canvas class="cut-out" ref={canvas} data-live={live} />;
}

/** Null where there is no WebGL. */
export function createDrawing(canvas: HTMLCanvasElement): ((video: HTMLVideoElement) => void) | null {
  const gl = canvas.getContext("webgl", { premultipliedAlpha: true, antialias: false });
  if (!gl) return null;
  const program = gl.createProgram()!;
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
  const at = gl.getAttribLocation(program, "at");
  gl.enableVertexAttribArray(at);
  gl.vertexAttribPointer(at, 2, gl.FLOAT, false, 0, 0);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  for (
    const [name, value] of [
      [gl.TEXTURE_MIN_FILTER, gl.LINEAR],
      [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
      [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE],
      [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
    ]
  ) gl.texParameteri(gl.TEXTURE_2D, name, value);
  return (video) => {
    if (video.videoWidth === 0) return;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight / 2;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.uniform1f(gl.getUniformLocation(program, "pixel"), 0.5 / video.videoHeight);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, video);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  };
}
