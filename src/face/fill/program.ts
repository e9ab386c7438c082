/**
 * The program that fills pictures: WebAssembly with vector instructions, because short rows of pixels cost three times as
 * much in JavaScript. Its sources lie in `program/` (AssemblyScript); `deno task fill` builds `binary.ts` from them.
 */
import { binary } from "./binary.ts";

/** What it can do, see the sources for what each does. All arguments but sizes are addresses or plain numbers. */
export interface Program {
  memory: WebAssembly.Memory;
  drawHead(
    mesh: number,
    coats: number,
    count: number,
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    picture: number,
  ): void;
  drawLayer(grid: number, picture: number, size: number): void;
  cover(picture: number, above: number, count: number): void;
  toI420(rgba: number, size: number, height: number, out: number): void;
  toYuv(face: number, yuv: number): void;
  drawPlane(plane: number): void;
  toI420WithAlpha(rgba: number, size: number, out: number): void;
}

let module: WebAssembly.Module | undefined;

/** An instance with a memory of its own. */
export function startProgram(): Program {
  module ??= new WebAssembly.Module(Uint8Array.fromBase64(binary));
  return new WebAssembly.Instance(module).exports as unknown as Program;
}
