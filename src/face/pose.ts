/** How a face is held and shaped at one moment. */

/**
 * ARKit blend-shape weights by name ("jawOpen", "mouthSmileLeft", …), nominally 0..1, relative to the neutral face of
 * the pack, which smiles a little; therefore small negative values are allowed. Missing names are 0.
 */
export type Weights = Record<string, number>;

/** Radians. `yaw` > 0 turns to the right of the picture, `pitch` > 0 looks down, `roll` > 0 leans to the right. */
export interface Angles {
  yaw: number;
  pitch: number;
  roll: number;
}

export interface Pose extends Angles {
  /** Shift of the head in decimetres: right and up. */
  dx: number;
  dy: number;
  /** How full the lungs are, 0..1. */
  breath: number;
  /** Radians relative to the head; > 0 looks to the right of the picture, and up. */
  gazeX: number;
  gazeY: number;
  /** Where the tips of the hair are: a late copy of the head's angles. */
  hair: Angles;
}

/** Straight ahead, breathed out. */
export const still: Pose = {
  yaw: 0,
  pitch: 0,
  roll: 0,
  dx: 0,
  dy: 0,
  breath: 0,
  gazeX: 0,
  gazeY: 0,
  hair: { yaw: 0, pitch: 0, roll: 0 },
};

/** A 3×3 matrix, row by row: roll · yaw · pitch. */
export function rotation({ yaw, pitch, roll }: Angles): number[] {
  const cy = Math.cos(yaw), sy = Math.sin(yaw);
  const cp = Math.cos(pitch), sp = Math.sin(pitch);
  const cr = Math.cos(roll), sr = Math.sin(roll);
  const x = [cy, sy * sp, sy * cp], y = [0, cp, -sp];
  return [
    cr * x[0] - sr * y[0],
    cr * x[1] - sr * y[1],
    cr * x[2] - sr * y[2],
    sr * x[0] + cr * y[0],
    sr * x[1] + cr * y[1],
    sr * x[2] + cr * y[2],
    -sy,
    cy * sp,
    cy * cp,
  ];
}

/** `x`, but not below `low` and not above `high`. */
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** 0 below `from`, 1 above `to`, an S-curve between; `from` may be the greater one, then it falls. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/** The share of the way to a goal that an exponential approach covers in `dt`. */
export function approach(dt: number, constant: number): number {
  return 1 - Math.exp(-dt / constant);
}

/** Adds to one weight. */
export function add(weights: Weights, name: string, value: number): void {
  weights[name] = (weights[name] ?? 0) + value;
}

/** Writes "mouthSmileBoth" out as "mouthSmileLeft" and "mouthSmileRight". */
export function both(weights: Weights): Weights {
  const result: Weights = {};
  for (const [name, value] of Object.entries(weights)) {
    if (name.endsWith("Both")) {
      result[name.slice(0, -4) + "Left"] = value;
      result[name.slice(0, -4) + "Right"] = value;
    } else result[name] = value;
  }
  return result;
}
