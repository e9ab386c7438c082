/** Weighs what voice, words, language model and habit tell, and says how long to wait for more. */
import type { Ending } from "./ending.ts";
import type { Habit } from "./habit.ts";

export interface Witnesses {
  /** Milliseconds for which the voice has faded before the silence. */
  fading: number;
  /** Probability by the sound model that the turn is complete, 0 to 1; null: it was not asked. */
  audio: number | null;
  ending: Ending;
  /** Probability by the language model that a message ends with these words, 0 to 1; null: it has not answered. */
  language: number | null;
  habit: Habit;
}

/** Evidence is counted in log-odds: 0 is undecided, 3 is 95 %. */
export interface Settings {
  /** Evidence for each millisecond that the voice has faded longer than `fading_usual`. */
  fading_weight: number;
  fading_usual: number;
  /** What the log-odds of the sound model are multiplied by. */
  audio_weight: number;
  /** What the logarithm of the language model's probability is multiplied by, and the probability that decides nothing. */
  language_weight: number;
  language_usual: number;
  question_weight: number;
  answer_weight: number;
  stop_weight: number;
  loose_weight: number;
  number_weight: number;
  hanging_weight: number;
  /** What is taken from the evidence for a caller all of whose silences are pauses. */
  habit_weight: number;
  /** An unclear silence is waited out this many times as long as the caller's pauses usually are. */
  habit_margin: number;
  /** Evidence from which on the turn is complete, and below which it is not. */
  complete_above: number;
  incomplete_below: number;
  /** Milliseconds of silence. */
  min_delay: number;
  unclear_delay: number;
  max_end_delay: number;
}

export interface Judgement {
  evidence: number;
  /** Milliseconds of silence after which the answer may be heard. */
  wait: number;
}

/** Models are not surer than this. */
const DOUBT = 1e-6;
const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

function logOdds(probability: number): number {
  const p = clamp(probability, DOUBT, 1 - DOUBT);
  return Math.log(p / (1 - p));
}

function weigh({ fading, audio, ending, language, habit }: Witnesses, settings: Settings): number {
  const voice = settings.fading_weight * (fading - settings.fading_usual);
  const sound = audio === null ? 0 : settings.audio_weight * logOdds(audio);
  const words = language === null ? 0 : settings.language_weight *
    Math.log(Math.max(language, DOUBT) / Math.max(settings.language_usual, DOUBT));
  return voice + sound + words + settings[`${ending}_weight`] - settings.habit_weight * habit.share;
}

/**
 * Complete: `min_delay`. Unclear: `unclear_delay`, or what the caller's habit asks for, up to `max_end_delay`.
 * Incomplete: `max_end_delay`. Never less than `min_delay`.
 */
export function judge(witnesses: Witnesses, settings: Settings): Judgement {
  const { min_delay, unclear_delay, max_end_delay } = settings;
  const evidence = weigh(witnesses, settings);
  if (evidence >= settings.complete_above) return { evidence, wait: min_delay };
  const most = Math.max(min_delay, max_end_delay);
  if (evidence < settings.incomplete_below) return { evidence, wait: most };
  const asked = Math.max(unclear_delay, witnesses.habit.pause * settings.habit_margin);
  return { evidence, wait: clamp(asked, min_delay, most) };
}
