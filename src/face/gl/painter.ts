/** Draws an avatar pack with WebGL2: the same picture as `../renderer.ts`, filled by the graphics card. */
import { paintRoom, type Room } from "../background.ts";
import { createHead, poseHead } from "../head.ts";
import { createLayer, projectLayer, type View } from "../layer.ts";
import type { LayerName } from "../manifest.ts";
import type { Pack } from "../pack.ts";
import { type Pose, rotation, still, type Weights } from "../pose.ts";
import { stanceOf } from "../stance.ts";
import { createHeadMesh, deleteHead, drawHeadMesh, moveHead } from "./head_mesh.ts";
import {
  createLayerMesh,
  createLayerProgram,
  createRoomMesh,
  deleteMesh,
  drawLayerMesh,
  type LayerMesh,
  moveLayer,
} from "./layer_mesh.ts";
import type { Gl } from "./program.ts";

export interface Painter extends Disposable {
  /** What lies behind the face from the next picture on; null for nothing. */
  furnish(room: Room | "own" | null): void;
  /** Draws one picture. Pixels are premultiplied by alpha; opaque when there is a room. */
  paint(weights: Weights, pose: Pose): void;
}

/** A room is so soft that this many pixels a side are enough of it. */
const ROOM = 512;
const unturned = rotation(still);

/** @throws Error when the graphics card refuses the shaders */
export function createPainter(gl: Gl, pack: Pack): Painter {
  // Coordinates from 0 to 2, so that WebGL's are one subtraction away; nothing is drawn into its picture.
  const head = createHead(pack, 1), mesh = createHeadMesh(gl, head), program = createLayerProgram(gl);
  const createCover = (name: LayerName) => {
    const layer = createLayer(pack, name);
    return layer && { layer, mesh: createLayerMesh(gl, layer) };
  };
  const back = createCover("hair_back"), cloth = createCover("cloth"), front = createCover("hair_front");
  let room: { name: Room; mesh: LayerMesh } | null = null;
  const drawCover = (cover: typeof back, view: View) => {
    if (!cover) return;
    projectLayer(cover.layer, pack, head.pivot, view, 2);
    moveLayer(gl, cover.mesh, cover.layer);
    drawLayerMesh(gl, program, cover.mesh);
  };
  gl.depthFunc(gl.LEQUAL);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return {
    furnish(wish) {
      const name = wish === "own" ? pack.manifest.room as Room : wish;
      if (name === (room?.name ?? null)) return;
      if (room) deleteMesh(gl, room.mesh);
      const pixels = name && paintRoom(name, ROOM);
      room = name && pixels && { name, mesh: createRoomMesh(gl, { width: ROOM, height: ROOM, pixels }) };
    },
    paint(given, pose) {
      const { view, weights, gazeX, gazeY } = stanceOf(given, pose);
      poseHead(head, weights, view, gazeX, gazeY);
      moveHead(gl, mesh, head);
      gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.enable(gl.BLEND);
      if (room) drawLayerMesh(gl, program, room.mesh);
      drawCover(back, view);
      drawHeadMesh(gl, mesh, weights);
      drawCover(cloth, { head: unturned, hair: unturned, dx: view.dx, dy: view.dy });
      drawCover(front, view);
    },
    [Symbol.dispose]() {
      deleteHead(gl, mesh);
      for (const cover of [back, cloth, front, room]) if (cover) deleteMesh(gl, cover.mesh);
      gl.deleteProgram(program.program);
    },
  };
}
