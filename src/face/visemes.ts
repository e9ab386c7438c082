/** From phonemes (IPA) to mouth shapes (the 15 visemes of the Oculus lip-sync set, as ARKit weights). */
import { both, type Weights } from "./pose.ts";

export type Viseme = keyof typeof shapes;

const shapes = {
  PP: { mouthPressBoth: 0.3, mouthRollUpper: 0.15, mouthSmileBoth: -0.15, mouthPucker: 0.05 },
  FF: { jawOpen: 0.02, mouthRollLower: 1, mouthUpperUpBoth: 0.12 },
  TH: { jawOpen: 0.2, tongueOut: 1, mouthLowerDownBoth: 0.4 },
  DD: { jawOpen: 0.11, mouthLowerDownBoth: 0.22, mouthUpperUpBoth: 0.12, mouthStretchBoth: 0.06 },
  kk: { jawOpen: 0.17, mouthLowerDownBoth: 0.18, mouthUpperUpBoth: 0.1, mouthStretchBoth: 0.05 },
  CH: { jawOpen: 0.05, mouthFunnel: 0.42, mouthPucker: 0.42 },
  SS: { jawOpen: 0.035, mouthStretchBoth: 0.26, mouthLowerDownBoth: 0.34, mouthUpperUpBoth: 0.2 },
  nn: { jawOpen: 0.1, mouthLowerDownBoth: 0.18, mouthUpperUpBoth: 0.1 },
  RR: { jawOpen: 0.11, mouthFunnel: 0.22, mouthPucker: 0.4 },
  aa: { jawOpen: 0.5, mouthLowerDownBoth: 0.24, mouthUpperUpBoth: 0.18, mouthStretchBoth: 0.06 },
  E: { jawOpen: 0.27, mouthStretchBoth: 0.22, mouthLowerDownBoth: 0.25, mouthUpperUpBoth: 0.16 },
  I: {
    jawOpen: 0.11,
    mouthStretchBoth: 0.36,
    mouthSmileBoth: 0.1,
    mouthLowerDownBoth: 0.24,
    mouthUpperUpBoth: 0.14,
  },
  O: { jawOpen: 0.36, mouthFunnel: 0.2, mouthPucker: 0.6, mouthSmileBoth: -0.2 },
  U: { jawOpen: 0.08, mouthFunnel: 0.22, mouthPucker: 0.95, mouthSmileBoth: -0.2 },
} satisfies Record<string, Weights>;

/** Each viseme as weights on the neutral face; silence has none. */
export const visemes = Object.fromEntries(
  Object.entries<Weights>(shapes).map(([name, weights]) => [name, both(weights)]),
) as Record<Viseme, Weights>;

const letters: Record<Viseme, string> = {
  aa: "aɑɐʌæɒäɶ",
  E: "eɛεəɜɞɝɚœøɘɤ",
  I: "iɪyjɨʏᵻ",
  O: "oɔɵ",
  U: "uʊwɯʉʍɥ",
  PP: "pbmɓʙʘ",
  SS: "szɕʑ",
  TH: "θð",
  DD: "tdɾʈɖɗǀǂǃ",
  FF: "fvʋɸβɱⱱ",
  kk: "kgɡxɣqχhɦŋħʔcçɟɠɢɧɰʄʕʛʜʝʡʢ",
  nn: "nlɫɬɭɮʎʟɲɳɴǁ",
  RR: "ɹrʁʀɺɻɽ",
  CH: "ʃʒʂʐ",
};
const byLetter = new Map(
  Object.entries(letters).flatMap(([viseme, of]) => [...of].map((letter) => [letter, viseme as Viseme])),
);

/** The viseme of one IPA letter; undefined for stress and length marks, tones, pauses and what is not known. */
export function visemeOf(letter: string): Viseme | undefined {
  return byLetter.get(letter);
}
