/** Plays expressions: each comes, stays and goes; a new one sends the others away, gestures only pass over them. */
import { type Expression, type ExpressionName, expressions } from "./expressions.ts";
import { add, type Pose, type Weights } from "./pose.ts";

export interface Acting {
  /** Starts an expression at `time` (seconds). `level` 0..1. */
  start(name: ExpressionName, level: number, time: number): void;
  /** Lets whatever is shown go. */
  rest(time: number): void;
  /** Adds what is shown at `time` to weights and pose. */
  apply(time: number, weights: Weights, pose: Pose): void;
}

interface Playing {
  expression: Expression;
  start: number;
  end: number;
  level: number;
}

const ease = (t: number) => t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);

export function createActing(): Acting {
  let playing: Playing[] = [];
  const rest = (time: number) => {
    for (const p of playing) if (!p.expression.gesture) p.end = Math.min(p.end, time);
  };
  return {
    rest,
    start(name, level, time) {
      const expression = expressions[name];
      if (!expression.gesture) rest(time);
      playing.push({ expression, start: time, end: time + expression.attack + expression.hold, level });
    },
    apply(time, weights, pose) {
      playing = playing.filter((p) => time < p.end + p.expression.release);
      for (const p of playing) applyOne(p, time, weights, pose);
    },
  };
}

function applyOne(
  { expression: e, start, end, level }: Playing,
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
  if (e.gesture) swing(e.gesture, level, (time - start) / (end - start), pose);
}

/** `phase` 0..1. A nod goes down and comes back, a shake goes to both sides; both die away. */
function swing(gesture: NonNullable<Expression["gesture"]>, level: number, phase: number, pose: Pose): void {
  if (phase >= 1) return;
  const size = gesture.amount * level * Math.sin(Math.PI * phase) * (1 - 0.35 * phase);
  const angle = 2 * Math.PI * gesture.cycles * phase;
  if (gesture.axis === "pitch") pose.pitch += size * (1 - Math.cos(angle)) / 2;
  else pose.yaw += size * Math.sin(angle);
}
