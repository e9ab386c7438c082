/** What this browser can draw with. */

export type Graphics = "fast" | "slow" | "none";

/** How programs call themselves that draw WebGL without a graphics card: of Chromium, of Mesa, of Windows, of macOS. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known: Graphics | undefined;

/** "slow": WebGL2 is there, but without a graphics card. Asked for once. */
export function graphics(): Graphics {
  return known ??= look();
}

function look(): Graphics {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return "none";
  // `failIfMajorPerformanceCaveat` would be meant for this, but Chromium without a window lets SwiftShader pass.
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(name) ? "slow" : "fast";
}
