/** A square canvas that is drawn on by the graphics card. */
import type { Quality } from "../client/painting.ts";

/** @throws Error in one line where the browser has no WebGL2 */
export function openCanvas(
  { size, smooth }: Quality,
): { canvas: HTMLCanvasElement; gl: WebGL2RenderingContext } {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const gl = canvas.getContext("webgl2", {
    alpha: true,
    antialias: smooth,
    premultipliedAlpha: true,
    powerPreference: "low-power",
  });
  if (!gl) throw new Error("this browser has no WebGL2, or it is switched off");
  return { canvas, gl };
}
