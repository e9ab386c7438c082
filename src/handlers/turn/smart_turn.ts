/**
 * End of turn. Silence alone cuts people off; so in every silence the witnesses are asked: how the voice has faded, the
 * words, and how this caller has paused before. A sound model (Smart Turn) can be asked too.
 */
import * as v from "valibot";
import type { Body, Frame } from "../../engine/frame.ts";
import type { Context, Handler, Model } from "../../engine/handler.ts";
import { type Completeness, openCompleteness } from "./completeness.ts";
import { endingOf } from "./ending.ts";
import { fading } from "./fading.ts";
import { finished, type Habit, openHabit, wentOn } from "./habit.ts";
import { judge } from "./judgement.ts";
import { SPAN } from "./mel.ts";
import { hear, openRecent, pause, type Recent, soundOf } from "./recent.ts";

const RATE = 16_000;

const delay = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000)), fallback);
const weight = (fallback: number) =>
  v.optional(v.pipe(v.number(), v.minValue(-20), v.maxValue(20)), fallback);
const share = (fallback: number) => v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), fallback);
const factor = (fallback: number) => v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(20)), fallback);

/** What the keys mean is told in `judgement.ts`. */
const config = v.strictObject({
  enabled: v.optional(v.boolean(), true),
  model_name: v.optional(v.string(), "smart-turn-v3.2"),
  min_delay: delay(320),
  unclear_delay: delay(760),
  max_end_delay: delay(1080),
  complete_above: weight(-0.9),
  incomplete_below: weight(-1.6),
  fading_weight: factor(0.015),
  fading_usual: delay(140),
  audio_weight: factor(0),
  language_weight: factor(0.5),
  language_usual: share(0.04),
  question_weight: weight(0.5),
  answer_weight: weight(0.5),
  stop_weight: weight(0),
  loose_weight: weight(0),
  number_weight: weight(-1.5),
  hanging_weight: weight(-3),
  habit_rate: share(0.3),
  habit_weight: factor(1),
  habit_margin: factor(1.25),
});

type Config = v.InferOutput<typeof config>;

/** What was heard of a silence and of the speech before it. */
interface Silence {
  fading: number;
  audio: number | null;
  /** The final transcript and its turn, once they have come. */
  said: { text: string; turn: number } | null;
  /** Probability by the language model that a message ends here, once it has come. */
  language: number | null;
}

/** One caller. */
interface State {
  sound: Recent;
  habit: Habit;
  /** When the last voiced sample was and the last chunk came, ms on the session's clock; null before the first. */
  ended: number | null;
  heard: number;
  /** The next chunk of speech comes after a pause. */
  resumed: boolean;
  /** The present silence; null while the caller speaks, and before he has. */
  silence: Silence | null;
}

interface Judge {
  /** Null where its evidence would not count. */
  completeness: Completeness | null;
  settings: Config;
}

function open(): State {
  return {
    sound: openRecent(SPAN),
    habit: openHabit(),
    ended: null,
    heard: 0,
    resumed: false,
    silence: null,
  };
}

/** The caller speaks again, since `from`: was the last silence a pause or the end of a turn? */
function learn(state: State, from: number, resumed: boolean, settings: Config): void {
  state.silence = null;
  if (state.ended === null) return;
  const silence = Math.max(0, from - state.ended);
  // Who goes on so soon after being answered had not finished.
  if (resumed || silence < settings.max_end_delay) wentOn(state.habit, silence, settings.habit_rate);
  else finished(state.habit, settings.habit_rate);
  state.ended = null;
}

/** Adds a chunk, and before it the pause that the VAD left out. */
function add(state: State, pcm: Float32Array, at: number): void {
  const missing = Math.round((at - state.heard) * RATE / 1000) - pcm.length;
  if (state.resumed && missing > 0) pause(state.sound, missing);
  state.resumed = false;
  hear(state.sound, pcm);
  state.heard = at;
}

/** Asks the sound. The fading is known better the longer the silence has lasted; the model is asked once. */
async function listen({ completeness }: Judge, state: State): Promise<void> {
  const pcm = soundOf(state.sound);
  state.silence ??= { fading: 0, audio: await completeness?.judge(pcm) ?? null, said: null, language: null };
  state.silence.fading = fading(pcm);
}

function decide({ settings }: Judge, { silence, habit }: State, ctx: Context): Body | null {
  if (!silence?.said) return null;
  const ending = endingOf(silence.said.text);
  const { evidence, wait } = judge({ ...silence, ending, habit }, settings);
  ctx.log.debug(
    `End of turn: faded for ${silence.fading} ms, words "${ending}", evidence ${evidence.toFixed(1)}: ` +
      `wait ${wait.toFixed(0)} ms`,
  );
  return { kind: "turn.judged", wait };
}

/** A line that comes without speech before it, or after the speech has had its transcript, was typed. */
function conclude(judge: Judge, state: State, text: string, turn: number, ctx: Context): Body | null {
  const { silence } = state;
  if (!silence || (silence.said && silence.said.turn !== turn)) return { kind: "turn.judged", wait: 0 };
  silence.said = { text, turn };
  silence.language = null;
  return decide(judge, state, ctx);
}

async function* handle(judge: Judge, state: State, frame: Frame, ctx: Context): AsyncGenerator<Body> {
  let judged: Body | null = null;
  switch (frame.kind) {
    case "speech.start":
      learn(state, frame.at - frame.lead, false, judge.settings);
      state.sound = openRecent(SPAN);
      break;
    case "speech.resume":
      learn(state, frame.at - frame.lead, true, judge.settings);
      state.resumed = true;
      break;
    case "audio.speech":
      if (frame.rate !== RATE) {
        throw new Error(`SmartTurn expects sound of ${RATE} Hz, got ${frame.rate} Hz`);
      }
      add(state, frame.pcm, frame.at);
      break;
    case "speech.pause":
    case "speech.end":
      state.ended = frame.at - frame.lead;
      await listen(judge, state);
      judged = decide(judge, state, ctx);
      break;
    case "text.user":
      if (frame.final && frame.text !== "") judged = conclude(judge, state, frame.text, frame.turn, ctx);
      break;
    case "text.complete":
      if (state.silence?.said?.turn !== frame.turn) return;
      state.silence.language = frame.probability;
      judged = decide(judge, state, ctx);
  }
  if (judged && !ctx.signal.aborted) yield judged;
}

export const handler: Handler<Config, State> = {
  name: "SmartTurn",
  config,
  consumes: [
    "speech.start",
    "speech.resume",
    "audio.speech",
    "speech.pause",
    "speech.end",
    "text.user",
    "text.complete",
  ],
  produces: ["turn.judged"],
  models: ({ audio_weight, model_name }) => audio_weight > 0 ? [model_name] : [],

  async load(settings, env): Promise<Model<State>> {
    const completeness = settings.audio_weight > 0
      ? await openCompleteness(`${env.modelRoot}/${settings.model_name}`)
      : null;
    return {
      open,
      close() {},
      handle: (state, frame, ctx) => handle({ completeness, settings }, state, frame, ctx),
      [Symbol.asyncDispose]: async () => await completeness?.[Symbol.asyncDispose](),
    };
  },
};
