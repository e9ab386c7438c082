/** What the model says, as frames: its text, its sound, and where in the sound words and mouth are. */
import { resample } from "../../audio/resample.ts";
import type { Body, PhonemeSpan, WordSpan } from "../../engine/frame.ts";
import type { Mouthing } from "../tts/mouthing.ts";
import type { Pcm } from "./sound.ts";
import { wording } from "./wording.ts";

/** Seconds of sound in one frame at most, so that a long piece does not hold up what else is to be done. */
const PIECE = 0.4;

export interface Voice {
  /** Was there any sound yet? */
  readonly spoken: boolean;
  text(delta: string): Generator<Body>;
  /** `whole`: all of the text so far is spoken in this sound. Rates other than the first piece's are converted. */
  sound(sound: Pcm, whole: boolean): AsyncGenerator<Body>;
  /** The reply is over. */
  finish(): AsyncGenerator<Body>;
}

export function createVoice(mouth: Mouthing): Voice {
  const words = wording();
  let rate: number | null = null;
  let seconds = 0;
  const phonemes = (spans: PhonemeSpan[], heard: WordSpan[], end?: number): Body => {
    const cues = words.cues(heard, end);
    return { kind: "phonemes", spans, words: heard, ...(cues.length > 0 && { cues }) };
  };

  return {
    get spoken() {
      return rate !== null;
    },
    *text(delta) {
      words.text(delta);
      yield { kind: "text.reply", delta, last: false };
    },
    async *sound(sound, whole) {
      rate ??= sound.rate;
      const pcm = sound.rate === rate ? sound.pcm : resample(sound.pcm, sound.rate, rate);
      const step = Math.round(PIECE * rate);
      if (whole) yield phonemes([], words.sound(pcm.length / rate, true));
      for (let from = 0; from < pcm.length; from += step) {
        const piece = pcm.slice(from, from + step);
        const heard = whole ? [] : words.sound(piece.length / rate, false);
        yield phonemes(await mouth.push(piece, rate), heard);
        seconds += piece.length / rate;
        yield { kind: "audio.reply", pcm: piece, rate, last: false };
      }
    },
    async *finish() {
      const left = words.finish();
      const spans = await mouth.finish();
      const end = phonemes(spans, left, seconds);
      if (spans.length > 0 || left.length > 0 || "cues" in end) yield end;
      yield { kind: "text.reply", delta: "", last: true };
      yield { kind: "audio.reply", pcm: new Float32Array(0), rate: rate ?? 24_000, last: true };
    },
  };
}
