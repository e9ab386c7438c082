/** What a caller says, as sound, for a model that hears by itself. */
import type { Body, Frame, FrameOf } from "../../engine/frame.ts";
import type { Context } from "../../engine/handler.ts";
import { listen, openState, type Recogniser, type State } from "../asr/listening.ts";
import { append, openTake, RATE, sound } from "../asr/take.ts";

/** Milliseconds of speech between two signs that the caller speaks: so soon he takes the turn from a talking face. */
const INTERVAL = 480;
/** Seconds of speech that are kept, the newest. */
const LONGEST = 60;

/** What stands for words that nobody wrote down, in any language: "🎤 2.4 s". It has what counts as a word. */
export function caption(seconds: number): string {
  return `🎤 ${Math.max(0.1, seconds).toFixed(1)} s`;
}

/** Is it such a caption, not words? */
export function isCaption(text: string): boolean {
  return /^🎤 \d+\.\d s$/u.test(text);
}

/** Tells when the caller has spoken, as a recogniser does, but not what: the model hears that itself. */
const earless: Recogniser = {
  name: "S2S_MiniCPM",
  settings: { partial_interval: INTERVAL, min_speech: 250, max_segment: LONGEST },
  rest: () => 0,
  recognise: ({ spoken }) => Promise.resolve({ text: caption(spoken / RATE) }),
};

export interface Hearing {
  state: State;
  /** When the caller last fell silent, milliseconds on the session's clock; null while he speaks, and before. */
  silent: number | null;
  /** The turn whose question the sound was taken for. */
  asked: number | null;
}

export function openHearing(): Hearing {
  return { state: openState(), silent: null, asked: null };
}

function collect({ state }: Hearing, frame: Frame): void {
  if (frame.kind === "speech.start") state.take = openTake(frame.lead * RATE / 1000);
  if (frame.kind !== "audio.speech") return;
  const { take } = state;
  append(take, frame.pcm);
  while (take.length - take.runs[0].length >= LONGEST * RATE) take.length -= take.runs.shift()!.length;
}

/**
 * Takes in a frame of speech.
 * @param alone nobody else writes down what is said: then the turn is ended here, with a caption that only says so.
 */
export async function* hear(
  hearing: Hearing,
  frame: Frame,
  alone: boolean,
  ctx: Context,
): AsyncGenerator<Body> {
  if (frame.kind === "speech.start" || frame.kind === "speech.resume") hearing.silent = null;
  if (frame.kind === "speech.start") hearing.asked = null;
  if (frame.kind === "speech.pause" || frame.kind === "speech.end") hearing.silent = frame.at - frame.lead;
  if (alone) yield* listen(earless, hearing.state, frame, ctx);
  else collect(hearing, frame);
}

/** Milliseconds after which a transcript of the last speech is no longer to be expected. */
const LATE = 3_000;
/** Was it said, not typed? What comes without speech before it, long after it, or after its transcript, was typed. */
function wasSaid(
  { silent, asked }: Hearing,
  { turn, at, text }: FrameOf<"text.user">,
  alone: boolean,
): boolean {
  if (alone) return isCaption(text);
  return silent !== null && at - silent < LATE && (asked === null || asked === turn);
}

/** The sound of this question, 16 kHz; null when it was typed. `alone` as for `hear`. */
export function soundOf(
  hearing: Hearing,
  frame: FrameOf<"text.user">,
  alone: boolean,
): Float32Array<ArrayBuffer> | null {
  const { take } = hearing.state;
  if (take.length === 0 || !wasSaid(hearing, frame, alone)) return null;
  hearing.asked = frame.turn;
  return sound(take);
}
