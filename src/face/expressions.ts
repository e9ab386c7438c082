/** Expressions as data. */
import { type Angles, both, type Weights } from "./pose.ts";

export interface Expression {
  /** Added to the neutral face. */
  weights: Weights;
  /** Added to the head's angles and to the gaze, radians. */
  head?: Partial<Angles>;
  gaze?: { x?: number; y?: number };
  /** A swing of the head: `amount` radians, `cycles` times. */
  gesture?: { axis: "yaw" | "pitch"; amount: number; cycles: number };
  /** Seconds to come, to stay and to go; `hold` is Infinity when it stays until the next one. */
  attack: number;
  hold: number;
  release: number;
}

export type ExpressionName = keyof typeof table;

const table = {
  smile: {
    weights: {
      mouthSmileBoth: 0.42,
      cheekSquintBoth: 0.42,
      eyeSquintBoth: 0.16,
      mouthDimpleBoth: 0.15,
      browInnerUp: 0.08,
    },
    head: { roll: 0.02 },
    attack: 0.35,
    hold: 2.2,
    release: 0.8,
  },
  laugh: {
    weights: {
      mouthSmileBoth: 0.62,
      cheekSquintBoth: 0.5,
      eyeSquintBoth: 0.4,
      browInnerUp: 0.12,
      jawOpen: 0.16,
      mouthUpperUpBoth: 0.25,
      noseSneerBoth: 0.1,
    },
    head: { pitch: -0.03 },
    attack: 0.25,
    hold: 1.4,
    release: 0.7,
  },
  sad: {
    weights: {
      browInnerUp: 0.7,
      mouthFrownBoth: 0.45,
      mouthSmileBoth: -0.28,
      mouthShrugLower: 0.25,
      eyeSquintBoth: 0.12,
      browDownBoth: 0.12,
    },
    head: { pitch: 0.05, roll: 0.03 },
    gaze: { y: -0.06 },
    attack: 0.6,
    hold: 2.5,
    release: 0.9,
  },
  surprise: {
    weights: {
      browInnerUp: 0.75,
      browOuterUpBoth: 0.65,
      eyeWideBoth: 0.55,
      jawOpen: 0.24,
      mouthPucker: 0.12,
      mouthUpperUpBoth: -0.12,
      mouthLowerDownBoth: -0.14,
      mouthSmileBoth: -0.2,
    },
    head: { pitch: -0.04 },
    attack: 0.16,
    hold: 1,
    release: 0.6,
  },
  think: {
    weights: {
      browDownLeft: 0.32,
      browDownRight: 0.12,
      browOuterUpRight: 0.35,
      mouthPressBoth: 0.3,
      mouthLeft: 0.18,
      eyeSquintBoth: 0.15,
      mouthSmileBoth: -0.12,
    },
    head: { yaw: 0.08, pitch: -0.03, roll: -0.04 },
    gaze: { x: 0.22, y: 0.14 },
    attack: 0.4,
    hold: Infinity,
    release: 0.5,
  },
  angry: {
    weights: {
      browDownBoth: 0.75,
      noseSneerBoth: 0.08,
      mouthPressBoth: 0.2,
      mouthRollLower: 0.12,
      mouthSmileBoth: -0.3,
      eyeSquintBoth: 0.28,
    },
    head: { pitch: 0.04 },
    attack: 0.3,
    hold: 1.6,
    release: 0.7,
  },
  nod: {
    weights: { mouthSmileBoth: 0.08 },
    gesture: { axis: "pitch", amount: 0.085, cycles: 2 },
    attack: 0.05,
    hold: 0.85,
    release: 0.25,
  },
  /** A listener's small nod. */
  dip: {
    weights: {},
    gesture: { axis: "pitch", amount: 0.085, cycles: 1 },
    attack: 0.05,
    hold: 0.5,
    release: 0.2,
  },
  /** Brows that ask. */
  ask: {
    weights: { browInnerUp: 0.3, browOuterUpBoth: 0.32, eyeWideBoth: 0.1 },
    head: { pitch: -0.015, roll: 0.02 },
    attack: 0.2,
    hold: 0.5,
    release: 0.5,
  },
  shake: {
    weights: { browInnerUp: 0.12 },
    gesture: { axis: "yaw", amount: 0.1, cycles: 2 },
    attack: 0.05,
    hold: 1,
    release: 0.25,
  },
  listen: {
    weights: { browInnerUp: 0.14, mouthSmileBoth: 0.05 },
    head: { roll: 0.035, pitch: 0.02 },
    attack: 0.8,
    hold: Infinity,
    release: 0.8,
  },
} satisfies Record<string, Expression>;

/** Weights written out for both sides. */
export const expressions = Object.fromEntries(
  Object.entries<Expression>(table).map(([name, e]) => [name, { ...e, weights: both(e.weights) }]),
) as Record<ExpressionName, Expression>;
