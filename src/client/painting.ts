/** What draws a face in the page: an avatar pack, or a VRM. Both come in scripts of their own, loaded when needed. */
import type { Look } from "../face/life.ts";

export interface Painting extends Disposable {
  /** Pixels are premultiplied by alpha. */
  readonly canvas: HTMLCanvasElement;
  /** What lies behind the face from the next picture on: a room, "own", or "transparent". */
  furnish(background: string): void;
  paint(look: Look): void;
  /** Draws the face as it is before and between calls; left out by what is never seen then. */
  rest?(): void;
}

/** What a page can draw: a pack under `/avatars/`, or the VRM that is kept in this browser. */
export interface Model {
  kind: "pack" | "vrm";
  /** Of the pack's folder; of the VRM's file. */
  name: string;
}

/** How fine a picture is. */
export interface Quality {
  /** Pixels a side. */
  size: number;
  /** Smooth edges; costs about as much as everything else together where there is no graphics card. */
  smooth: boolean;
}

/** What `pack.js` exports. */
export interface PackScript {
  /** @throws Error in one line when the pack or the graphics card is not fit for it */
  openPack(name: string, quality: Quality): Promise<Painting>;
}

/** What `vrm.js` exports. */
export interface VrmScript {
  /** @throws Error in one line when the file cannot be shown */
  openVrm(file: ArrayBuffer, quality: Quality): Promise<Painting>;
}
