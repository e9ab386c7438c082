/**
 * End of turn. Silence alone cuts people off; so at every pause three witnesses are asked: the sound (Smart Turn), the
 * words, and how this caller has paused before.
 */
import * as v from "valibot";
import type { Body, Frame } from "../../engine/frame.ts";
import type { Context, Handler, Model } from "../../engine/handler.ts";
import { type Completeness, openCompleteness } from "./completeness.ts";
import { endingOf } from "./ending.ts";
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
  threshold: share(0.5),
  min_delay: delay(0),
  unclear_delay: delay(900),
  max_end_delay: delay(1200),
  complete_above: weight(3.6),
  incomplete_below: weight(-3),
  audio_weight: factor(1),
  audio_limit: factor(4.5),
  question_weight: weight(3),
  answer_weight: weight(2),
  stop_weight: weight(0),
  loose_weight: weight(-2),
  number_weight: weight(-3),
  hanging_weight: weight(-8),
  habit_rate: share(0.3),
  habit_weight: factor(1),
  habit_margin: factor(1.25),
});

type Config = v.InferOutput<typeof config>;

/** One caller. */
interface State {
  sound: Recent;
  habit: Habit;
  /** How long the VAD takes to recognise speech, ms: what `speech.start` said of it. */
  lead: number;
  /** When the last voiced sample was and the last chunk came, ms on the session's clock; null before the first. */
  ended: number | null;
  heard: number;
  /** The next chunk of speech comes after a pause. */
  resumed: boolean;
  /** Was there speech since the last judgement, and which turn was that? */
  spoken: boolean;
  turn: number;
  /** What the model made of the sound up to here. */
  audio: number | null;
}

interface Judge {
  completeness: Completeness;
  settings: Config;
}

function open(): State {
  return {
    sound: openRecent(SPAN),
    habit: openHabit(),
    lead: 0,
    ended: null,
    heard: 0,
    resumed: false,
    spoken: false,
    turn: 0,
    audio: null,
  };
}

/** The caller speaks again: was the last silence a pause or the end of a turn? */
function learn(state: State, at: number, resumed: boolean, settings: Config): void {
  if (state.ended === null) return;
  const silence = Math.max(0, at - state.lead - state.ended);
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
  state.audio = null;
  state.spoken = true;
}

async function decide(
  { completeness, settings }: Judge,
  state: State,
  text: string,
  turn: number,
  ctx: Context,
): Promise<Body | null> {
  const typed = !state.spoken && turn !== state.turn;
  if (typed) return { kind: "turn.judged", wait: 0 };
  state.audio ??= await completeness.judge(soundOf(state.sound));
  if (ctx.signal.aborted) return null;
  Object.assign(state, { spoken: false, turn });
  const ending = endingOf(text);
  const { evidence, wait } = judge({ audio: state.audio, ending, habit: state.habit }, settings);
  ctx.log.debug(
    `End of turn: sound ${state.audio.toFixed(2)}, words "${ending}", evidence ${evidence.toFixed(1)}: ` +
      `wait ${wait.toFixed(0)} ms`,
  );
  return { kind: "turn.judged", wait };
}

async function* handle(judge: Judge, state: State, frame: Frame, ctx: Context): AsyncGenerator<Body> {
  switch (frame.kind) {
    case "speech.start":
      state.lead = frame.lead;
      learn(state, frame.at, false, judge.settings);
      state.sound = openRecent(SPAN);
      break;
    case "speech.resume":
      learn(state, frame.at, true, judge.settings);
      state.resumed = true;
      break;
    case "audio.speech":
      if (frame.rate !== RATE) {
        throw new Error(`SmartTurn expects sound of ${RATE} Hz, got ${frame.rate} Hz`);
      }
      add(state, frame.pcm, frame.at);
      break;
    case "speech.end":
      state.ended = frame.at - frame.lead;
      // While the recogniser is at work.
      if (state.sound.length > 0) state.audio ??= await judge.completeness.judge(soundOf(state.sound));
      break;
    case "text.user": {
      if (!frame.final || frame.text === "") return;
      const judged = await decide(judge, state, frame.text, frame.turn, ctx);
      if (judged) yield judged;
    }
  }
}

export const handler: Handler<Config, State> = {
  name: "SmartTurn",
  config,
  consumes: ["speech.start", "speech.resume", "audio.speech", "speech.end", "text.user"],
  produces: ["turn.judged"],
  models: ({ model_name }) => [model_name],

  async load(settings, env): Promise<Model<State>> {
    const completeness = await openCompleteness(`${env.modelRoot}/${settings.model_name}`);
    return {
      open,
      close() {},
      handle: (state, frame, ctx) => handle({ completeness, settings }, state, frame, ctx),
      [Symbol.asyncDispose]: () => completeness[Symbol.asyncDispose](),
    };
  },
};
