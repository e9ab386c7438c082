/** Voice activity detection with Silero (github.com/snakers4/silero-vad, version 5 or 6, 16 kHz). */
import * as v from "valibot";
import { type OnnxModel, openModel } from "../../audio/onnx.ts";
import type { Body, Frame } from "../../engine/frame.ts";
import type { Handler, Model } from "../../engine/handler.ts";
import { CLIP, openSegmenter, type Rules, segment, type Segmenter } from "./segmenter.ts";

const RATE = 16_000;
/** The model wants to see the end of the clip before; without it quiet speech is missed. */
const CONTEXT = 64;
/** The model's memory, shape [2, 1, 128]. */
const MEMORY = 2 * 128;
/** Samples after the end of speech in which going on is recognised sooner: 1.5 s. */
const SOON = 1.5 * RATE;

const samples = (fallback: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), fallback);

const config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  model_name: v.optional(v.string(), "silero-vad-v5"),
  speaking_threshold: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.5),
  start_delay: samples(2048),
  pause_delay: samples(1536),
  end_delay: samples(2048),
  talking_threshold: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.7),
  talking_start_delay: samples(1024),
  buffer_look_back: samples(1024),
  speech_padding: samples(512),
});

type Config = v.InferOutput<typeof config>;

/** One caller. */
interface State {
  /** The context, then the clip that is being filled. */
  window: Float32Array<ArrayBuffer>;
  /** How much of the window is filled. */
  filled: number;
  memory: Float32Array<ArrayBuffer>;
  segmenter: Segmenter;
  /** Does the face talk? */
  talking: boolean;
  /** Samples since the last speech ended. */
  silence: number;
}

/** Sets of rules that differ in how a start of speech is recognised. */
interface Modes {
  quiet: Rules;
  /** Soon after speech: quicker, for who goes on is to be heard before he is answered. */
  again: Rules;
  /** While the face talks: surer, for its echo may be in the microphone, and quicker, for it is to fall silent. */
  talking: Rules;
}

function modesOf(settings: Config): Modes {
  const quiet: Rules = {
    threshold: settings.speaking_threshold,
    startDelay: settings.start_delay,
    pauseDelay: settings.pause_delay,
    endDelay: settings.end_delay,
    lookBack: settings.buffer_look_back,
    padding: settings.speech_padding,
  };
  const { talking_threshold: threshold, talking_start_delay: startDelay } = settings;
  return { quiet, again: { ...quiet, startDelay }, talking: { ...quiet, threshold, startDelay } };
}

function openState({ quiet, talking }: Modes): State {
  return {
    window: new Float32Array(CONTEXT + CLIP),
    filled: CONTEXT,
    memory: new Float32Array(MEMORY),
    segmenter: openSegmenter({ ...quiet, startDelay: Math.max(quiet.startDelay, talking.startDelay) }),
    talking: false,
    silence: Infinity,
  };
}

/** The one model file of a folder. */
async function findModel(folder: string): Promise<string> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) if (entry.name.endsWith(".onnx")) names.push(entry.name);
  if (names.length === 1) return `${folder}/${names[0]}`;
  throw new Error(`Expected one ".onnx" file in "${folder}", found ${names.length}`);
}

/** The probability that the clip in the window is speech; renews the caller's memory. */
async function listen(model: OnnxModel, state: State): Promise<number> {
  const { Tensor } = model;
  const { output, stateN } = await model.run({
    input: new Tensor("float32", state.window, [1, CONTEXT + CLIP]),
    state: new Tensor("float32", state.memory, [2, 1, 128]),
    sr: new Tensor("int64", BigInt64Array.of(BigInt(RATE)), []),
  });
  state.memory.set(stateN.data as Float32Array);
  return (output.data as Float32Array)[0];
}

/** By which rules is a start of speech recognised? */
function rulesOf({ talking, silence }: State, modes: Modes): Rules {
  if (talking) return modes.talking;
  return silence < SOON ? modes.again : modes.quiet;
}

/** Cuts microphone chunks of any size into clips and hands on what the segmenter makes of each. */
async function* hear(
  model: OnnxModel,
  modes: Modes,
  state: State,
  pcm: Float32Array,
  signal: AbortSignal,
): AsyncGenerator<Body> {
  for (let at = 0; at < pcm.length && !signal.aborted;) {
    const piece = pcm.subarray(at, at + state.window.length - state.filled);
    state.window.set(piece, state.filled);
    state.filled += piece.length;
    at += piece.length;
    if (state.filled < state.window.length) return;

    const probability = await listen(model, state);
    // Once speech is recognised one threshold holds to its end.
    const rules = state.segmenter.speaking ? modes.quiet : rulesOf(state, modes);
    state.silence += CLIP;
    const cut = segment(state.segmenter, rules, state.window.subarray(CONTEXT), probability);
    state.window.copyWithin(0, CLIP);
    state.filled = CONTEXT;
    if (!cut) continue;
    if (cut.start !== undefined) yield { kind: "speech.start", lead: cut.start * 1000 / RATE };
    yield { kind: "audio.speech", pcm: cut.chunk, rate: RATE };
    if (cut.pause !== undefined) yield { kind: "speech.pause", lead: cut.pause * 1000 / RATE };
    if (cut.end === undefined) continue;
    state.silence = 0;
    yield { kind: "speech.end", lead: cut.end * 1000 / RATE };
  }
}

export const handler: Handler<Config, State> = {
  name: "SileraVad",
  config,
  consumes: ["audio.mic", "reply.sounding"],
  produces: ["speech.start", "audio.speech", "speech.pause", "speech.end"],
  models: ({ model_name }) => [model_name],

  async load(settings, env): Promise<Model<State>> {
    const model = await openModel(await findModel(`${env.modelRoot}/${settings.model_name}`));
    const modes = modesOf(settings);
    await listen(model, openState(modes));
    return {
      open: () => openState(modes),
      close() {},
      async *handle(state: State, frame: Frame, { signal }) {
        if (frame.kind === "reply.sounding") state.talking = frame.on;
        if (frame.kind !== "audio.mic") return;
        if (frame.rate !== RATE) {
          throw new Error(`SileraVad expects sound of ${RATE} Hz, got ${frame.rate} Hz`);
        }
        yield* hear(model, modes, state, frame.pcm, signal);
      },
      [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
    };
  },
};
