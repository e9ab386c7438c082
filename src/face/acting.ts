/** Plays expressions: each comes, stays and goes; a new one sends the others away, gestures only pass over them. */
import { type Expression, type ExpressionName, expressions } from "./expressions.ts";
import { add, type Pose, type Weights } from "./pose.ts";

/** A gesture that is broken off dies away in this time, seconds. */
const BROKEN_OFF = 0.25;

export interface Acting {
  /** Starts an expression at `time` (seconds). `level` 0..1. `most`: seconds that it stays at most. */
  start(name: ExpressionName, level: number, time: number, most?: number): void;
  /** Lets go what stays until something else comes, or all that is shown. */
  rest(time: number, all: boolean): void;
  /** Adds what is shown at `time` to weights and pose. */
  apply(time: number, weights: Weights, pose: Pose): void;
}

interface Playing {
  expression: Expression;
  start: number;
  end: number;
  level: number;
  /** When the gesture was broken off. */
  broken: number;
}

const ease = (t: number) => t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);

export function createActing(): Acting {
  let playing: Playing[] = [];
  const replace = (time: number) => {
    for (const p of playing) if (!p.expression.gesture) p.end = Math.min(p.end, time);
  };
  return {
    rest(time, all) {
      if (all) {
        replace(time);
        for (const p of playing) p.broken = Math.min(p.broken, time);
      }
      for (const p of playing) if (p.expression.hold === Infinity) p.end = Math.min(p.end, time);
    },
    start(name, level, time, most = Infinity) {
      const expression = expressions[name];
      if (!expression.gesture) replace(time);
      const end = time + expression.attack + Math.min(expression.hold, most);
      playing.push({ expression, start: time, end, level, broken: Infinity });
    },
    apply(time, weights, pose) {
      playing = playing.filter((p) => time < p.end + p.expression.release);
      for (const p of playing) applyOne(p, time, weights, pose);
    },
  };
}

function applyOne(
  { expression: e, start, end, level, broken }: Playing,
  time: number,
  weights: Weights,
  pose: Pose,
): void {
  const share = level * Math.min(ease((time - start) / e.attack), 1 - ease((time - end) / e.release));
  for (const name in e.weights) add(weights, name, e.weights[name] * share);
  pose.yaw += (e.head?.yaw ?? 0) * share;
  pose.pitch += (e.head?.pitch ?? 0) * share;
  pose.roll += (e.head?.roll ?? 0) * share;
  pose.gazeX += (e.gaze?.x ?? 0) * share;
  pose.gazeY += (e.gaze?.y ?? 0) * share;
  const left = 1 - ease((time - broken) / BROKEN_OFF);
  if (e.gesture) swing(e.gesture, level * left, (time - start) / (end - start), pose);
}

/** `phase` 0..1. A nod goes down and comes back, a shake goes to both sides; both die away. */
function swing(gesture: NonNullable<Expression["gesture"]>, level: number, phase: number, pose: Pose): void {
  if (phase >= 1) return;
  const size = gesture.amount * level * Math.sin(Math.PI * phase) * (1 - 0.35 * phase);
  const angle = 2 * Math.PI * gesture.cycles * phase;
  if (gesture.axis === "pitch") pose.pitch += size * (1 - Math.cos(angle)) / 2;
  else pose.yaw += size * Math.sin(angle);
}
