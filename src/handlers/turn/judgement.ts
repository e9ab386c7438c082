/** Weighs what sound, words and habit tell, and says how long to wait for more. */
import type { Ending } from "./ending.ts";
import type { Habit } from "./habit.ts";

export interface Witnesses {
  /** Probability by the sound alone that the turn is complete, 0 to 1. */
  audio: number;
  ending: Ending;
  habit: Habit;
}

/** Evidence is counted in log-odds: 0 is undecided, 3 is 95 %. */
export interface Settings {
  /** The probability of the sound that counts as undecided. */
  threshold: number;
  /** The sound's evidence counts this much, and at most as much as `audio_limit` either way. */
  audio_weight: number;
  audio_limit: number;
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
  /** Evidence from which on the turn is complete, and up to which it is not. */
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

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

function logOdds(probability: number): number {
  const p = clamp(probability, 1e-6, 1 - 1e-6);
  return Math.log(p / (1 - p));
}

/**
 * Complete: `min_delay`. Unclear: from `unclear_delay`, or what the caller's habit asks for, up to `max_end_delay`, the
 * longer the more speaks against an end. Incomplete: `max_end_delay`.
 */
export function judge({ audio, ending, habit }: Witnesses, settings: Settings): Judgement {
  const { audio_limit: limit, min_delay, unclear_delay, max_end_delay: most } = settings;
  const sound = settings.audio_weight * (logOdds(audio) - logOdds(settings.threshold));
  const evidence = clamp(sound, -limit, limit) + settings[`${ending}_weight`] -
    settings.habit_weight * habit.share;
  if (evidence >= settings.complete_above) return { evidence, wait: min_delay };
  const least = clamp(
    Math.max(unclear_delay, habit.pause * settings.habit_margin),
    min_delay,
    Math.max(min_delay, most),
  );
  const span = settings.complete_above - settings.incomplete_below;
  const doubt = span > 0 ? clamp((settings.complete_above - evidence) / span, 0, 1) : 1;
  return { evidence, wait: Math.max(min_delay, least + doubt * (most - least)) };
}
