/** How a VRM stands and moves: arms at its sides, the head by the pose, eyes by the gaze. */
import type { VRM } from "@pixiv/three-vrm";
import type { Pose } from "../face/pose.ts";

/** Radians by which arms hang down from the T that models are made in, and by which elbows are bent. */
const ARM = 1.25, ELBOW = 0.25;
/** Shares of the head's turn that neck and chest take over. */
const NECK = 0.35, CHEST = 0.08;
/** Radians that a full breath straightens the back. */
const BREATH = 0.012;
const DEGREES = 180 / Math.PI;
/** Metres in a decimetre. */
const METRES = 0.1;

/** Puts the body in its pose. Bones that a model lacks stay as they are. */
export function poseBody({ humanoid, lookAt, meta, scene }: VRM, pose: Pose): void {
  // The older models face away from the camera in their own space (VRM 0.0), and are turned round as a whole.
  const sign = meta.metaVersion === "0" ? -1 : 1;
  const turn = (
    name: Parameters<typeof humanoid.getNormalizedBoneNode>[0],
    x: number,
    y: number,
    z: number,
  ) => humanoid.getNormalizedBoneNode(name)?.rotation.set(sign * x, y, sign * z, "ZYX");
  const { pitch, yaw, roll, breath } = pose, head = 1 - NECK - CHEST;
  turn("head", head * pitch, head * yaw, head * roll);
  turn("neck", NECK * pitch, NECK * yaw, NECK * roll);
  turn("chest", CHEST * pitch - BREATH * breath, CHEST * yaw, CHEST * roll);
  turn("leftUpperArm", 0, 0, -ARM);
  turn("rightUpperArm", 0, 0, ARM);
  turn("leftLowerArm", 0, -ELBOW, 0);
  turn("rightLowerArm", 0, ELBOW, 0);
  scene.position.set(pose.dx * METRES, pose.dy * METRES, 0);
  if (!lookAt) return;
  lookAt.autoUpdate = false;
  lookAt.yaw = pose.gazeX * DEGREES;
  lookAt.pitch = -pose.gazeY * DEGREES;
}
