/** How weights and pose reach the mesh: the head's turn, the eyes within their limits, and lids that follow them. */
import type { View } from "./layer.ts";
import { add, clamp, type Pose, rotation, type Weights } from "./pose.ts";

/** How far the eyes turn at most, radians. */
const GAZE_X = 0.5;
const GAZE_Y = 0.35;
/** A full breath lifts head and shoulders by this much, decimetres. */
const BREATH = 0.016;

export interface Stance {
  view: View;
  /** With the lids' share of the gaze. */
  weights: Weights;
  /** Radians relative to the head. */
  gazeX: number;
  gazeY: number;
}

export function stanceOf(weights: Weights, pose: Pose): Stance {
  const gazeX = clamp(pose.gazeX, -GAZE_X, GAZE_X), gazeY = clamp(pose.gazeY, -GAZE_Y, GAZE_Y);
  const view: View = {
    head: rotation(pose),
    hair: rotation(pose.hair),
    dx: pose.dx,
    dy: pose.dy + BREATH * pose.breath,
  };
  return { view, weights: withLids(weights, gazeX, gazeY), gazeX, gazeY };
}

/** The lids follow the gaze. */
function withLids(weights: Weights, gazeX: number, gazeY: number): Weights {
  const result = { ...weights };
  const follow = (name: string, value: number) => {
    if (value > 0.01) add(result, name, value);
  };
  for (const side of ["Left", "Right"]) {
    follow(`eyeLookUp${side}`, gazeY * 2.2);
    follow(`eyeLookDown${side}`, -gazeY * 2.2);
  }
  follow("eyeLookOutLeft", gazeX * 1.6);
  follow("eyeLookInRight", gazeX * 1.6);
  follow("eyeLookInLeft", -gazeX * 1.6);
  follow("eyeLookOutRight", -gazeX * 1.6);
  return result;
}
