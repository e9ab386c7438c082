/** Draws avatar packs in the page. Built as a script of its own (`static/pack.js`), loaded when the page is to draw. */
import { isRoom } from "../face/background.ts";
import { createPainter } from "../face/gl/painter.ts";
import type { Painting, Quality } from "../client/painting.ts";
import { openCanvas } from "./canvas.ts";
import { fetchPack } from "./decode.ts";

/** See `PackScript`. The files are checked as strictly as on the server. */
export async function openPack(name: string, quality: Quality): Promise<Painting> {
  const pack = await fetchPack(name, quality.size);
  const { canvas, gl } = openCanvas(quality);
  const painter = createPainter(gl, pack);
  return {
    canvas,
    furnish(background) {
      painter.furnish(isRoom(background) ? background : background === "transparent" ? null : "own");
    },
    paint: ({ weights, pose }) => painter.paint(weights, pose),
    [Symbol.dispose]() {
      painter[Symbol.dispose]();
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}
