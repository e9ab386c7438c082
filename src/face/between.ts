/** Looks as they come, a frame apart, and what lies between them: a display shows more pictures than are sent. */
import type { Look } from "./life.ts";
import type { TimedLook } from "./look_code.ts";
import type { Angles, Pose, Weights } from "./pose.ts";

/** Looks that are kept, two seconds of them; of a page that nobody sees more may come. */
const KEPT = 60;
/** Milliseconds; looks further apart are not two moments of one motion. */
const APART = 400;

export interface Between {
  add(look: TimedLook): void;
  /** The look at that media time, milliseconds; the nearest one where there is none on both sides; null without any. */
  at(media: number): Look | null;
  /** Media time of the latest look; -Infinity without any. */
  readonly latest: number;
  clear(): void;
}

export function createBetween(): Between {
  let looks: TimedLook[] = [];
  return {
    get latest() {
      return looks.at(-1)?.media ?? -Infinity;
    },
    add(look) {
      // They may overtake each other on the way.
      const after = looks.findLastIndex(({ media }) => media < look.media) + 1;
      if (looks[after]?.media !== look.media) looks.splice(after, 0, look);
      if (looks.length > KEPT) looks.shift();
    },
    at(media) {
      const after = looks.findIndex((look) => look.media > media);
      if (after < 0) return looks.at(-1) ?? null;
      if (after === 0) return looks[0];
      const from = looks[after - 1], to = looks[after];
      looks = looks.slice(after - 1);
      if (to.media - from.media > APART) return from;
      return mix(from, to, (media - from.media) / (to.media - from.media));
    },
    clear() {
      looks = [];
    },
  };
}

function mix(from: Look, to: Look, share: number): Look {
  const between = (a: number, b: number) => a + (b - a) * share;
  const weights: Weights = {};
  for (const name in from.weights) weights[name] = between(from.weights[name], to.weights[name] ?? 0);
  for (const name in to.weights) weights[name] ??= between(0, to.weights[name]);
  const { hair } = from.pose, pose: Pose = { ...from.pose, hair: { ...hair } };
  for (const name of ["yaw", "pitch", "roll", "dx", "dy", "breath", "gazeX", "gazeY"] as const) {
    pose[name] = between(from.pose[name], to.pose[name]);
  }
  for (const name in hair) {
    const angle = name as keyof Angles;
    pose.hair[angle] = between(hair[angle], to.pose.hair[angle]);
  }
  return { weights, pose };
}
