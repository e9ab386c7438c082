/** Sound, piece by piece, through the network of the lips; its shapes as phonemes with times. */
import { Resampler } from "../../audio/resample.ts";
import type { PhonemeSpan } from "../../engine/frame.ts";
import type { Viseme } from "../../face/visemes.ts";
import { BANDS, fbank, framesOf } from "../asr/fbank.ts";
import type { Mouthing } from "./mouthing.ts";
import { AHEAD, type LipsNet, PAIR, SHAPES } from "./mouthing_net.ts";
import { decided, LAG, newPath, walk } from "./mouthing_path.ts";

const RATE = 16_000;
/** Decibels: what folds back when the sound is resampled is below the noise that the network was trained with. */
const FOLDED = 50;
/** Samples between two frames of the network. */
const STEP = 320;
/** Seconds of a frame, and from its first sample to what it tells of: the middle of two windows of the filter bank. */
const FRAME = 0.02, MIDDLE = 0.0175;
/** Frames heard in one native call: so few are not worth it, and so many at most. */
const LEAST = 8, MOST = 100;
/** Seconds of sound that should lie ahead of what is heard, or the shapes of the newest sound are not waited for. */
const RESERVE = 0.45;
/** How fast the longest wait for a piece is forgotten, by piece. */
const FORGET = 0.9;
/** A phoneme with the shape; "m", and not "p", because the face takes the breath behind a "p" off it. */
const phonemes: Record<Viseme | "silence", string> = {
  silence: " ",
  ...{ aa: "ɑ", E: "ɛ", I: "i", O: "o", U: "u", PP: "m", SS: "s" },
  ...{ TH: "θ", DD: "t", FF: "f", kk: "k", nn: "n", RR: "ɹ", CH: "ʃ" },
};

/** Will the sound that has come be over before more comes, if that takes as long as it took before? Times in ms. */
function reserve(now: () => number) {
  let begun = -1, last = 0, longest = 0;
  return {
    /** @param seconds of sound that have come. */
    short(seconds: number): boolean {
      const at = now();
      if (begun < 0) begun = last = at;
      longest = Math.max(longest * FORGET, at - last);
      last = at;
      return seconds - (at - begun + longest) / 1000 < RESERVE;
    },
  };
}

/**
 * The shapes of a sound are known when 0.24 s more were heard, and frames are heard several at a time. Normally sound
 * comes faster than the caller hears it, and its shapes may come that much later; when little sound lies ahead, those of
 * the newest sound are told at once, as if it went on like this.
 *
 * @param now milliseconds of any clock.
 */
export function mouthingByNet(net: LipsNet, now: () => number = () => performance.now()): Mouthing {
  let resampler: Resampler | null = null;
  let held = new Float32Array(0), memory = net.begin(), path = newPath();
  /** Samples that have come, and their rate; frames that were heard; until when shapes were told, in seconds. */
  let samples = 0, rate = RATE, heard = 0, told = 0;
  const stock = reserve(now);

  /** Puts the shapes of the frames from `first` on behind the others, until `end` (seconds). */
  const tell = (spans: PhonemeSpan[], first: number, shapes: number[], end = Infinity) => {
    shapes.forEach((shape, n) => {
      const to = Math.min(end, (first + n) * FRAME + MIDDLE + FRAME / 2);
      if (first + n < 0 || to <= told) return;
      const phoneme = phonemes[SHAPES[shape]], last = spans.at(-1);
      if (last?.phoneme === phoneme) last.end = to;
      else spans.push({ phoneme, start: told, end: to });
      told = to;
    });
  };
  const hear = async (spans: PhonemeSpan[]) => {
    for (;;) {
      const frames = Math.min(MOST, Math.floor(framesOf(held.length) / PAIR));
      if (frames < LEAST) return;
      const bank = fbank(held.subarray(0, frames * STEP + STEP));
      const result = await net.hear(bank.subarray(0, frames * PAIR * BANDS), memory);
      held = held.slice(frames * STEP);
      memory = result.memory;
      const first = heard - AHEAD - path.before.length;
      const on = walk(path, result);
      tell(spans, first, on.shapes.slice(0, -LAG));
      path = decided(on.path);
      heard += frames;
    }
  };
  /** Tells what is left as if the newest sound went on; what really comes is heard as if this had not been. */
  const guess = async (spans: PhonemeSpan[]) => {
    const seconds = samples / rate;
    const padded = joined(held, new Float32Array(Math.max(0, 2 * STEP - held.length)));
    const frames = Math.floor(framesOf(padded.length) / PAIR);
    const bank = new Float32Array((frames + AHEAD + 2) * PAIR * BANDS);
    const known = fbank(padded).subarray(0, frames * PAIR * BANDS);
    bank.set(known);
    for (let at = known.length; at < bank.length; at += BANDS) bank.copyWithin(at, at - BANDS, at);
    const { shapes } = walk(path, await net.hear(bank, memory));
    tell(spans, heard - AHEAD - path.before.length, shapes, seconds);
  };
  return {
    async push(pcm, of) {
      rate = of;
      resampler ??= new Resampler(rate, RATE, FOLDED);
      samples += pcm.length;
      held = joined(held, resampler.push(pcm));
      const spans: PhonemeSpan[] = [];
      await hear(spans);
      if (samples > 0 && stock.short(samples / rate)) await guess(spans);
      return spans;
    },
    async finish() {
      const spans: PhonemeSpan[] = [];
      if (resampler) held = joined(held, resampler.flush());
      await hear(spans);
      if (samples > 0) await guess(spans);
      return spans;
    },
  };
}

function joined(first: Float32Array, second: Float32Array): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
