/** How the head is held: it drifts slowly, never twice in the same way, while the chest breathes. */
import { type Angles, approach, clamp, type Pose } from "./pose.ts";

/** The packs show gaps beside the hair when the head turns further, radians. */
const YAW_LIMIT = 0.2;
/** Seconds in which two thirds of a change happen: head, tips of the hair after the head. */
const HEAD = 0.07, HAIR = 0.16;
/** Seconds of a breath: 14 a minute, of the 12 to 18 of a grown-up at rest; drawing it takes the lesser part. */
const BREATH_PERIOD = 4.2, INHALING = 0.4;

/** What moves the head, each 0..1. */
export interface Disposition {
  /** How much the face is in the mood to speak. */
  speaking: number;
  /** How much voice there was just now. */
  drive: number;
  /** How lively the caller sounds. */
  attention: number;
  /** How much of the motion is left. */
  motion: number;
}

export interface Body {
  /** Where the head drifts to at `time` (seconds). */
  sway(time: number, disposition: Disposition): Pose;
  /** The pose `dt` seconds after the last one, when the head wants to be in `pose`. */
  settle(pose: Pose, dt: number): Pose;
}

export function createBody(): Body {
  const head = { yaw: 0, pitch: 0, roll: 0 }, hair = { ...head };
  return { sway, settle: (pose, dt) => settle(pose, head, hair, dt) };
}

/** Sums of sines whose periods never meet again. */
export function wave(time: number, phase: number): number {
  return Math.sin(time * 0.53 + phase) * 0.5 + Math.sin(time * 0.91 + phase * 2.1) * 0.3 +
    Math.sin(time * 1.63 + phase * 3.7) * 0.2;
}

/** 0 breathed out, 1 full; drawing breath is quicker than letting it go. */
function breathing(time: number): number {
  const phase = (time / BREATH_PERIOD + 0.06 * Math.sin(time * 0.31)) % 1;
  const within = phase < INHALING ? phase / INHALING / 2 : 0.5 + (phase - INHALING) / (1 - INHALING) / 2;
  return 0.5 - 0.5 * Math.cos(2 * Math.PI * within);
}

/** The head drifts slowly, a little livelier while speaking, comes nearer to a lively caller, and the chest breathes. */
function sway(time: number, { speaking, drive, attention, motion }: Disposition): Pose {
  const lively = motion * (1 + 0.5 * speaking);
  return {
    yaw: wave(time, 1) * 0.045 * lively,
    pitch: wave(time, 2) * 0.022 * lively +
      motion * (drive * 0.045 * Math.sin(time * 4.1) + attention * 0.02),
    roll: wave(time, 3) * 0.018 * lively,
    dx: wave(time, 4) * 0.02 * motion,
    dy: -0.015 * attention * motion,
    breath: breathing(time) * (0.5 + 0.5 * motion),
    gazeX: 0,
    gazeY: 0,
    hair: { yaw: 0, pitch: 0, roll: 0 },
  };
}

/** The head follows with inertia, long hair follows the head. */
function settle(pose: Pose, head: Angles, hair: Angles, dt: number): Pose {
  const toHead = approach(dt, HEAD), toHair = approach(dt, HAIR);
  for (const axis of ["yaw", "pitch", "roll"] as const) {
    const goal = axis === "yaw" ? clamp(pose.yaw, -YAW_LIMIT, YAW_LIMIT) : pose[axis];
    head[axis] += (goal - head[axis]) * toHead;
    hair[axis] += (head[axis] - hair[axis]) * toHair;
  }
  return { ...pose, ...head, hair: { ...hair } };
}
