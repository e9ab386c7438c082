/** Speaks one clause with one voice: phoneme times first, then the sound piece by piece. */
import type { Clause, ClauseEnd } from "../../audio/clauses.ts";
import { cueClock } from "../../audio/cues.ts";
import { Resampler } from "../../audio/resample.ts";
import type { Body, Cue, WordSpan } from "../../engine/frame.ts";
import type { Context } from "../../engine/handler.ts";
import { amplify, fade, leadingSilence } from "./level.ts";
import type { Utterance } from "./phonemizer.ts";
import type { Speaker } from "./speaker.ts";
import { placed, type Timeline, timeline } from "./timeline.ts";

/** How replies are to sound, whoever speaks. */
export interface Delivery {
  /** Samples per second of all sound of a reply. */
  rate: number;
  volume: number;
  /** Seconds of silence between two sentences. */
  pause: number;
}

/** How far a reply has got. */
export interface Progress {
  /** Samples produced so far, at the reply's rate. */
  samples: number;
}

/**
 * Frames of a clause's first two pieces: small, because the first is waited for, and the second has to be made while the
 * first (0.19 s at 22,050 Hz) is heard, on a machine that may be busy.
 */
const FIRST_PIECES = [16, 24];
/** Frames of the others at most (0.56 s): that long a cancellation may have to wait for the vocoder. */
const PIECE = 48;
/** Silence kept before the first sound of a clause, seconds: soft consonants begin below the threshold. */
const LEAD = 0.005;
/** From the last sound to the end of the last phoneme as the voice reckons it, seconds; the mean of 13 clauses. */
const DECAY = 0.04;
/** How long cut edges are faded, seconds. */
const FADE = 0.003;

/** How a clause of that many frames is divided. */
export function pieces(frames: number): { from: number; to: number }[] {
  const borders = [0];
  for (const size of FIRST_PIECES) borders.push(Math.min(frames, borders.at(-1)! + size));
  const from = borders.at(-1)!;
  const count = Math.ceil((frames - from) / PIECE);
  for (let i = 1; i <= count; i++) borders.push(from + Math.round((frames - from) * i / count));
  return borders.slice(1).map((to, i) => ({ from: borders[i], to })).filter(({ from, to }) => to > from);
}

/** Seconds of a clause kept behind its last phoneme, so that the sounds of two clauses lie `pause` apart. */
function tailOf(end: ClauseEnd, pause: number): number {
  const wanted = { sentence: pause, phrase: pause / 2, cut: 0 }[end];
  return Math.max(0, wanted - DECAY - LEAD);
}

/** A clause whose sound can be made piece by piece. */
interface Prepared {
  times: Timeline;
  /** Samples from the first frame to where the clause is to end; the last may lie behind the voice's own silence. */
  end: number;
  pieces: { from: number; to: number }[];
  /** The samples of a piece, as loud as the voice is by itself. */
  samples(piece: { from: number; to: number }): Promise<Float32Array<ArrayBuffer>>;
}

async function prepare(speaker: Speaker, utterance: Utterance, tail: number): Promise<Prepared> {
  const { voice, rate } = speaker;
  const ids = speaker.alphabet.idsOf(utterance.symbols);
  const latent = await voice.encode(ids.ids, speaker.manner);
  const times = timeline(utterance, ids, latent.durations, voice.hop / rate);
  const end = Math.round((times.voicedEnd + tail) * rate);
  return {
    times,
    end,
    pieces: pieces(Math.min(Math.ceil(latent.frames), Math.ceil(end / voice.hop))),
    samples: async ({ from, to }) =>
      (await voice.vocode(latent, from, to)).subarray(0, end - from * voice.hop),
  };
}

/**
 * Speaks a clause. What comes is `phonemes` and then `audio.reply`; it ends early when the turn is cancelled.
 *
 * @param progress Is moved on by the sound that was made.
 */
export async function* deliver(
  speaker: Speaker,
  delivery: Delivery,
  progress: Progress,
  utterance: Utterance,
  { end, cues }: Clause,
  ctx: Context,
): AsyncGenerator<Body> {
  const { rate } = speaker;
  const clause = await prepare(speaker, utterance, tailOf(end, delivery.pause));
  const resampler = rate === delivery.rate ? null : new Resampler(rate, delivery.rate);
  const seconds = (samples: number) => Math.ceil(samples * delivery.rate / rate) / delivery.rate;
  let left = clause.end;
  for (const piece of clause.pieces) {
    await ctx.breathe();
    if (ctx.signal.aborted) return;
    let pcm = await clause.samples(piece);
    if (piece.from === 0) {
      const lead = Math.max(0, leadingSilence(pcm, rate, speaker.gain) - Math.round(LEAD * rate));
      pcm = pcm.subarray(lead);
      left -= lead;
      fade(pcm, FADE * rate, "start");
      const from = progress.samples / delivery.rate;
      const to = from + seconds(left);
      const { spans, words } = placed(clause.times, { shift: from - lead / rate, from, to });
      yield { kind: "phonemes", spans, words, ...timed(cues, words, to) };
    }
    const last = piece === clause.pieces.at(-1);
    if (last) fade(pcm, FADE * rate, "end");
    // A pause longer than the silence the voice makes by itself is filled up.
    const exact = new Float32Array(last ? left : pcm.length);
    exact.set(pcm);
    amplify(exact, speaker.gain * delivery.volume);
    left -= exact.length;
    for (const sound of resampler ? [resampler.push(exact), ...last ? [resampler.flush()] : []] : [exact]) {
      if (sound.length === 0) continue;
      progress.samples += sound.length;
      yield { kind: "audio.reply", pcm: sound, rate: delivery.rate, last: false };
    }
  }
}

/** When the face does what stood in a clause that ends at `end`. */
function timed(placed: Clause["cues"], words: WordSpan[], end: number): { cues?: Cue[] } {
  if (!placed) return {};
  const clock = cueClock(placed);
  return { cues: [...clock.reach(words), ...clock.rest(end)] };
}

/** A clause without a sound (a lone dash, a script eSpeak does not know) is shown where the reply has got to. */
export function silent(
  { rate }: Delivery,
  { samples }: Progress,
  utterance: Utterance,
  { cues }: Clause,
): Body {
  const at = samples / rate;
  const words = utterance.words.map(({ text, glued }) => ({
    text,
    start: at,
    end: at,
    ...glued ? { glued } : {},
  }));
  return { kind: "phonemes", spans: [], words, ...timed(cues, words, at) };
}
