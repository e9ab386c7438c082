/** What of the face decides which light its skin and the inside of its mouth are shown in. */
import { clamp, type Weights } from "./pose.ts";

/** 0..1 each. */
export interface Light {
  /** How far the lids are closed, and how far the mouth's surroundings are moved: shares of the second skin. */
  left: number;
  right: number;
  mouth: number;
  /** Brightness of the mouth's lining, and of teeth and tongue: `deep` in the throat, `deep + rise` at the lips. */
  lining: Shade;
  teeth: Shade;
}

export interface Shade {
  deep: number;
  rise: number;
}

export function lightOf(weights: Weights): Light {
  const lips = (weights.mouthFunnel ?? 0) * 0.4 + (weights.mouthUpperUpLeft ?? 0) * 0.3 +
    (weights.mouthLowerDownLeft ?? 0) * 0.3;
  const jaw = weights.jawOpen ?? 0, open = clamp(jaw / 0.35 + lips * 0.8, 0, 1);
  // The deeper and the more closed the mouth, the darker its inside.
  const lining = 0.72 + 0.28 * open;
  const teeth = (0.88 + 0.12 * open) * (1 - 0.25 * clamp(weights.mouthPucker ?? 0, 0, 1));
  return {
    left: clamp(weights.eyeBlinkLeft ?? 0, 0, 1),
    right: clamp(weights.eyeBlinkRight ?? 0, 0, 1),
    mouth: clamp(jaw / 0.45 + lips, 0, 1),
    lining: { deep: 0.35 * lining, rise: 0.65 * lining },
    teeth: { deep: 0.3 * teeth, rise: 0.7 * teeth },
  };
}
