/** What this browser can draw with. */

export type Graphics = "fast" | "slow" | "none";

let known: Graphics | undefined;

/** "slow": WebGL2 is there, but without a graphics card. Asked for once. */
export function graphics(): Graphics {
  return known ??= hasWebgl(true) ? "fast" : hasWebgl(false) ? "slow" : "none";
}

function hasWebgl(failIfMajorPerformanceCaveat: boolean): boolean {
  const gl = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat });
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl !== null;
}
