/** A loop of idle life without a seam, for clips that are shown before a call. */
import { createLife, type Look } from "./life.ts";
import { closedMouth } from "./mouth.ts";
import { createRandom } from "./random.ts";

/** Seconds. */
export const IDLE_LENGTH = 12;
export const IDLE_FPS = 25;
/** Chosen by looking: the first picture looks at the viewer with open eyes, and the loop blinks four times. */
const SEED = 2312;
/** Seconds lived before the loop begins, so that everything moves; the last `SEAM` of them lead into its first picture. */
const BEFORE = 3;
/** In its last second the loop goes over into the second before its beginning. */
const SEAM = 1;

/** The looks of the loop, one for each picture; after the last one the first one follows. */
export function idleLoop(seed = SEED): Look[] {
  const life = createLife(createRandom(seed)), before = BEFORE * IDLE_FPS, seam = SEAM * IDLE_FPS;
  const total = before + IDLE_LENGTH * IDLE_FPS;
  const lived = Array.from({ length: total }, () => life.step(1 / IDLE_FPS, "idle", closedMouth));
  return lived.slice(before).map((look, i) => {
    const into = i - (IDLE_LENGTH * IDLE_FPS - seam);
    if (into < 0) return look;
    const share = (into + 1) / (seam + 1);
    return mix(look, lived[before - seam + into], share * share * (3 - 2 * share));
  });
}

function mix(a: Look, b: Look, share: number): Look {
  const { hair: hairA, ...poseA } = a.pose, { hair: hairB, ...poseB } = b.pose;
  return {
    weights: mixed(a.weights, b.weights, share),
    pose: { ...mixed(poseA, poseB, share), hair: mixed(hairA, hairB, share) },
  };
}

/** Every number of two records, mixed; what only one of them has counts as 0 in the other. */
function mixed<T extends { [name in keyof T]: number }>(a: T, b: T, share: number): T {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof T>;
  const entries = [...names].map((name) => [name, (a[name] ?? 0) * (1 - share) + (b[name] ?? 0) * share]);
  return Object.fromEntries(entries);
}
