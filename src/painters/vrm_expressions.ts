/**
 * From ARKit weights to the expressions of a VRM. Models made for perfect sync have one for each ARKit name; of the others
 * the presets are used that every VRM should have (VRM 1.0, "expressions").
 */
import { clamp, type Weights } from "../face/pose.ts";

/** Values of expressions by name, 0..1. */
export type Expressions = Record<string, number>;
/** Sets the expressions a model has to what they should be. */
export type Express = (weights: Weights) => Expressions;

/** Fewer ARKit names than this are no perfect sync; `jawOpen` and the lids must be among them. */
const SYNCED = 20;
const NEEDED = ["jawopen", "eyeblinkleft", "eyeblinkright"];
/** Weights of wide-open vowels in `visemes.ts`, which are to open the preset altogether. */
const JAW = 0.42, ROUND = 0.55, WIDE = 0.32;

/** @param names expressions that the model has */
export function expressWith(names: readonly string[]): Express {
  const own = new Map(names.map((name) => [name.toLowerCase(), name]));
  const synced = names.filter((name) => /^(brow|cheek|eye|jaw|mouth|nose|tongue)[a-z]+$/i.test(name));
  if (synced.length >= SYNCED && NEEDED.every((name) => own.has(name))) return direct(own);
  const has = new Set(names), twoEyed = has.has("blinkLeft") && has.has("blinkRight");
  return (weights) => {
    const all = presets(weights, twoEyed);
    return Object.fromEntries(Object.entries(all).filter(([name]) => has.has(name)));
  };
}

function direct(own: ReadonlyMap<string, string>): Express {
  return (weights) => {
    const result: Expressions = {};
    // Those that are not in the weights are at rest.
    for (const name of own.values()) {
      if (/^(brow|cheek|eye|jaw|mouth|nose|tongue)/i.test(name)) result[name] = 0;
    }
    for (const name in weights) {
      const known = own.get(name.toLowerCase());
      if (known) result[known] = clamp(weights[name], 0, 1);
    }
    return result;
  };
}

/** The weight of both sides, on average. */
function both(weights: Weights, name: string): number {
  return ((weights[`${name}Left`] ?? 0) + (weights[`${name}Right`] ?? 0)) / 2;
}

function presets(weights: Weights, twoEyed: boolean): Expressions {
  const of = (name: string) => weights[name] ?? 0;
  const open = clamp(of("jawOpen") / JAW, 0, 1);
  const round = clamp((of("mouthPucker") + of("mouthFunnel")) / ROUND, 0, 1);
  const wide = clamp(both(weights, "mouthStretch") / WIDE, 0, 1);
  const parted = clamp((both(weights, "mouthLowerDown") + both(weights, "mouthUpperUp")) / 0.5, 0, 1);
  const vowels = {
    aa: open * (1 - round) * (1 - 0.6 * wide),
    oh: round * open,
    ou: round * (1 - open),
    ee: wide * open * (1 - round),
    ih: Math.max(wide, 0.5 * parted) * (1 - open) * (1 - round),
  };
  // Together they must not open the mouth further than one of them.
  const sum = Math.max(1, Object.values(vowels).reduce((a, b) => a + b));
  for (const name in vowels) vowels[name as keyof typeof vowels] /= sum;
  const left = clamp(of("eyeBlinkLeft"), 0, 1), right = clamp(of("eyeBlinkRight"), 0, 1);
  return {
    ...vowels,
    ...(twoEyed ? { blinkLeft: left, blinkRight: right } : { blink: Math.max(left, right) }),
    // A little smile is the neutral face; a whole preset often shuts the eyes.
    happy: 0.7 * clamp((both(weights, "mouthSmile") - 0.15) / 0.6, 0, 1),
    sad: clamp((both(weights, "mouthFrown") - 0.05) / 0.5, 0, 1),
    angry: clamp((both(weights, "browDown") - 0.2) / 0.6, 0, 1),
    surprised: clamp(both(weights, "eyeWide") / 0.5 + both(weights, "browOuterUp") - 0.5, 0, 1),
  };
}
