/**
 * Draws a VRM (0.x or 1.0) that the caller has brought, with three.js and three-vrm. Built as a script of its own
 * (`static/vrm.js`), loaded when such a face is chosen.
 */
import { type VRM, VRMLoaderPlugin, VRMUtils } from "@pixiv/three-vrm";
import {
  AmbientLight,
  CanvasTexture,
  DirectionalLight,
  type Object3D,
  PerspectiveCamera,
  Scene,
  SRGBColorSpace,
  Vector3,
  WebGLRenderer,
} from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import type { Painting, Quality } from "../client/painting.ts";
import { isRoom, paintRoom, type Room } from "../face/background.ts";
import { createLife, type Look } from "../face/life.ts";
import { closedMouth } from "../face/mouth.ts";
import { createRandom } from "../face/random.ts";
import { openCanvas } from "./canvas.ts";
import { poseBody } from "./vrm_body.ts";
import { expressWith } from "./vrm_expressions.ts";
import { checkVrm } from "./vrm_file.ts";
import { readPictures } from "./vrm_pictures.ts";

/** The room of a face that names none. */
const OWN: Room = "studio";
const ROOM = 256;
/** Degrees of the camera; half of what it shows, as a share of the head's height above the ground. */
const ANGLE = 20;
const SHOWN = 0.14;
/** Longest step of hair and clothes, seconds: after a pause they must not fly. */
const STEP = 0.05;

/** Milliseconds in which a file is read. */
const PATIENCE = 30_000;

/** See `VrmScript`. */
export async function openVrm(file: ArrayBuffer, quality: Quality): Promise<Painting> {
  checkVrm(file);
  const vrm = await build(file);
  const { canvas, gl } = openCanvas(quality);
  const renderer = new WebGLRenderer({ canvas, context: gl, alpha: true });
  renderer.setSize(quality.size, quality.size, false);
  const scene = new Scene(), camera = cameraFor(vrm);
  scene.add(vrm.scene, ...lightsFor(camera));
  return createPainting(vrm, scene, camera, renderer);
}

/** @throws Error in one line */
async function build(file: ArrayBuffer): Promise<VRM> {
  const loader = new GLTFLoader();
  loader.register(readPictures);
  loader.register((parser) => new VRMLoaderPlugin(parser));
  let vrm: VRM | undefined;
  try {
    // No path: there is nothing beside the file.
    const read = loader.parseAsync(file, "");
    vrm = (await Promise.race([read, tooLate()])).userData.vrm;
  } catch (error) {
    throw new Error(`it cannot be read: ${String((error as Error)?.message ?? error).split("\n")[0]}`);
  }
  if (!vrm?.humanoid.getNormalizedBoneNode("head")) throw new Error("it has no head");
  VRMUtils.removeUnnecessaryVertices(vrm.scene);
  VRMUtils.rotateVRM0(vrm);
  vrm.scene.traverse((part) => part.frustumCulled = false);
  return vrm;
}

/** Parts that wait for each other would never be there. */
function tooLate(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("it takes too long")), PATIENCE));
}

/** Head and shoulders, a little from above the chin. */
function cameraFor(vrm: VRM): PerspectiveCamera {
  vrm.scene.updateMatrixWorld(true);
  const head = vrm.humanoid.getNormalizedBoneNode("head")!.getWorldPosition(new Vector3());
  const half = Math.max(0.05, head.y * SHOWN), away = half / Math.tan(ANGLE / 2 / 180 * Math.PI);
  const camera = new PerspectiveCamera(ANGLE, 1, away / 20, away * 5);
  camera.position.set(head.x, head.y + 0.2 * half, head.z + away);
  return camera;
}

/** From above the caller's right shoulder; most of these models bring their shading with them. */
function lightsFor({ position: { x, y, z } }: PerspectiveCamera): Object3D[] {
  const light = new DirectionalLight(0xffffff, 2.2);
  light.position.set(x + 0.4 * z, y + 0.5 * z, z);
  light.target.position.set(x, y, 0);
  return [light, light.target, new AmbientLight(0xffffff, 0.9)];
}

function createPainting(
  vrm: VRM,
  scene: Scene,
  camera: PerspectiveCamera,
  renderer: WebGLRenderer,
): Painting {
  const { expressionManager: manager } = vrm, life = createLife(createRandom(1));
  const express = expressWith(Object.keys(manager?.expressionMap ?? {}));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let room: string | null = null, last = performance.now();
  const draw = ({ weights, pose }: Look, step: number) => {
    poseBody(vrm, pose);
    for (const [name, value] of Object.entries(express(weights))) manager?.setValue(name, value);
    vrm.update(Math.min(step, STEP));
    renderer.render(scene, camera);
  };
  /** Seconds since the picture before. */
  const passed = () => {
    const now = performance.now(), step = (now - last) / 1000;
    last = now;
    return step;
  };
  return {
    canvas: renderer.domElement,
    furnish(background) {
      if (background === room) return;
      room = background;
      if (scene.background instanceof CanvasTexture) scene.background.dispose();
      scene.background = background === "transparent" ? null : pictureOf(background);
    },
    paint: (look) => draw(look, passed()),
    rest() {
      const step = passed();
      draw(life.step(Math.min(step, 0.2), "idle", closedMouth, { calm: calm.matches }), step);
    },
    [Symbol.dispose]() {
      VRMUtils.deepDispose(vrm.scene);
      renderer.dispose();
      renderer.forceContextLoss();
    },
  };
}

function pictureOf(background: string): CanvasTexture {
  const known = isRoom(background) ? background : OWN;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = ROOM;
  const pixels = new Uint8ClampedArray(paintRoom(known, ROOM).buffer);
  canvas.getContext("2d")!.putImageData(new ImageData(pixels, ROOM, ROOM), 0, 0);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}
