/** Mouth shapes by how loud the sound is: it opens the mouth, and a hiss closes the teeth. Needs no network. */
import { rms } from "../../audio/pcm.ts";
import type { PhonemeSpan } from "../../engine/frame.ts";
import type { Mouthing } from "./mouthing.ts";

/** Seconds of one look at the sound. */
const LOOK = 0.04;
/** Shares of the loudest look so far: below it is silence (-26 dB), a closed, a half open mouth. */
const SILENT = 0.05, SOFT = 0.25, HALF = 0.55;
/** Of speech, hisses cross zero more often than this, times a second. */
const HISS = 5_000;
/** How fast the loudest look is forgotten: by half in some seven seconds. */
const FADE = 0.996;
/** Full scale 36 dB down: nothing softer is speech. */
const FLOOR = 0.016;

function crossings(pcm: Float32Array): number {
  let count = 0;
  for (let n = 1; n < pcm.length; n++) if (pcm[n] < 0 !== pcm[n - 1] < 0) count++;
  return count;
}

export function mouthingByLoudness(): Mouthing {
  let at = 0;
  let loudest = FLOOR;
  const shape = (look: Float32Array, rate: number): string => {
    const level = rms(look);
    loudest = Math.max(loudest * FADE, level);
    const share = level / loudest;
    if (share < SILENT) return "_";
    if (crossings(look) * rate / look.length > HISS) return "s";
    return share < SOFT ? "m" : share < HALF ? "ɛ" : "ɑ";
  };
  const push = (pcm: Float32Array, rate: number): PhonemeSpan[] => {
    const spans: PhonemeSpan[] = [];
    const step = Math.round(LOOK * rate);
    for (let from = 0; from < pcm.length; from += step) {
      const look = pcm.subarray(from, from + step);
      const phoneme = shape(look, rate);
      const end = at + look.length / rate;
      const last = spans.at(-1);
      if (last?.phoneme === phoneme) last.end = end;
      else spans.push({ phoneme, start: at, end });
      at = end;
    }
    return spans;
  };
  return {
    push: (pcm, rate) => Promise.resolve(push(pcm, rate)),
    finish: () => Promise.resolve([]),
  };
}
