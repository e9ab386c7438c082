/** What keeps a face alive between the words: blinks, looks, breath, sway, nods, and a mood that changes softly. */
import type { Mood } from "../engine/frame.ts";
import { type Acting, createActing } from "./acting.ts";
import { createBlink } from "./blink.ts";
import { type ExpressionName, expressions } from "./expressions.ts";
import { createGaze, type Habit } from "./gaze.ts";
import { createListener } from "./listener.ts";
import type { Mouth } from "./mouth.ts";
import { createPhrases } from "./phrases.ts";
import { add, approach, type Pose, type Weights } from "./pose.ts";
import type { Random } from "./random.ts";
import { createBody, type Disposition, wave } from "./sway.ts";

/** Seconds in which two thirds of a change happen: mood, stress of the voice. */
const MOOD = 0.3, VOICE = 0.2;
/** Smile of a face that has nothing to say. */
const FRIENDLY = 0.1;
/** An answer that comes sooner than this, seconds, needs no thinking face. */
const PONDERING = 0.5;
/** Own phrases: seconds of silence behind one, and of speech in it; how many end with a blink. */
const SILENCE = 0.12, PHRASE = 0.6, PHRASE_BLINKS = 0.3;
/** How many wide jumps of the eyes hide behind a blink (Evinger et al., "Not looking while leaping", 1994). */
const JUMP_BLINKS = 0.35;
/** What is left of the head's motion for those who wish for little. */
const CALM = 0.25;
/** Seconds that a direction such as "[think]" stays at most. */
const LONGEST_CUE = 2.2;
/** Where the eyes are, and median seconds between blinks, by mood. Speaking and listening as `gaze.ts` cites. */
const at: Record<Mood, number> = { idle: 6, listening: 7.9, thinking: 0.9, speaking: 3.1 };
const away: Record<Mood, number> = { idle: 0.6, listening: 0.43, thinking: 1.6, speaking: 0.93 };
const blinkPause: Record<Mood, number> = { idle: 3.8, listening: 3.9, thinking: 4.2, speaking: 3.2 };

export interface Look {
  weights: Weights;
  pose: Pose;
}

/** What the face perceives of the caller. */
export interface Caller {
  /** How loud the caller speaks, 0..1. */
  heard?: number;
  /** Does the caller wish for little motion? Then the head hardly sways and never nods. */
  calm?: boolean;
}

export interface Life {
  /** The face `dt` seconds later. */
  step(dt: number, mood: Mood, mouth: Mouth, caller?: Caller): Look;
  /** Plays an expression from the next step on. `level` 0..1. */
  play(name: ExpressionName, level: number): void;
  /** Lets go whatever is played. */
  stop(): void;
}

interface State {
  time: number;
  /** The mood that is shown, the one that was asked for last, and since when. */
  mood: Mood;
  asked: Mood;
  since: number;
  /** How much of each mood is left, 0..1. */
  share: Record<Mood, number>;
  /** How much of the motion is left, 1 unless the caller wishes for little. */
  motion: number;
  /** How lively the caller sounds, 0..1. */
  attention: number;
  /** How much voice there was just now, 0..1. */
  drive: number;
}

export function createLife(random: Random): Life {
  const acting = createActing(), blink = createBlink(random), gaze = createGaze(random);
  const listener = createListener(random), body = createBody(), phrases = createPhrases(SILENCE, PHRASE);
  const state: State = {
    time: random() * 60,
    mood: "idle",
    asked: "idle",
    since: 0,
    share: { idle: 1, listening: 0, thinking: 0, speaking: 0 },
    motion: 1,
    attention: 0,
    drive: 0,
  };
  blink.soon(state.time + 0.8 + random());
  /** Begins with the next step, after what a change of mood ends. */
  let waiting: { name: ExpressionName; level: number }[] = [];
  const begin = (calm: boolean) => {
    for (const { name, level } of waiting) {
      if (!calm || !expressions[name].gesture) acting.start(name, level, state.time, LONGEST_CUE);
    }
    waiting = [];
  };
  const listen = (dt: number, { heard = 0, calm = false }: Caller) => {
    state.motion += ((calm ? CALM : 1) - state.motion) * approach(dt, MOOD);
    const nod = listener.step(state.time, dt, heard, state.mood === "listening" && !calm);
    if (nod) acting.start(nod.name, nod.level, state.time);
    if (listener.blinks) blink.soon(state.time + 0.25);
    state.attention = listener.attention * state.share.listening;
  };
  return {
    play: (name, level) => void waiting.push({ name, level }),
    stop() {
      waiting = [];
      acting.rest(state.time, true);
    },
    step(dt, mood, mouth, caller = {}) {
      const time = state.time += dt;
      changeMood(state, acting, mood, dt);
      begin(caller.calm ?? false);
      listen(dt, caller);
      state.drive += (state.share.speaking * mouth.voice - state.drive) * approach(dt, VOICE);
      if (phrases.step(time, mouth.voice > 0) && random() < PHRASE_BLINKS) blink.soon(time);
      const weights: Weights = {}, pose = body.sway(time, dispositionOf(state));
      acting.apply(time, weights, pose);
      if (gaze.step(time, habitOf(state), listener.called) && random() < JUMP_BLINKS) blink.soon(time);
      // The eyes stay with the viewer while the head moves, and are never quite still.
      pose.gazeX += gaze.x - pose.yaw * 0.85 + Math.sin(time * 2.7) * 0.003;
      pose.gazeY += gaze.y + pose.pitch * 0.75 + Math.sin(time * 3.4) * 0.002;
      closeLids(weights, blink.step(time, mixed(state, blinkPause)));
      liven(weights, state);
      speak(weights, mouth);
      return { weights, pose: body.settle(pose, dt) };
    },
  };
}

/** A number that depends on the mood, mixed by how much of each mood there is. */
function mixed({ share }: State, of: Record<Mood, number>): number {
  let sum = 0;
  for (const mood in share) sum += share[mood as Mood] * of[mood as Mood];
  return sum;
}

function dispositionOf({ share, drive, attention, motion }: State): Disposition {
  return { speaking: share.speaking, drive, attention, motion };
}

function habitOf(state: State): Habit {
  return { at: mixed(state, at), away: mixed(state, away) };
}

function changeMood(state: State, acting: Acting, asked: Mood, dt: number): void {
  const { time, share } = state;
  if (asked !== state.asked) [state.asked, state.since] = [asked, time];
  const early = asked === "thinking" && time - state.since < PONDERING;
  if (!early && asked !== state.mood) {
    const before = state.mood;
    state.mood = asked;
    // Who begins to speak does not go on nodding.
    acting.rest(time, asked === "speaking" || before === "speaking" && asked === "listening");
    if (asked === "listening") acting.start("listen", 1, time);
    else if (asked === "thinking") acting.start("think", 0.85, time);
  }
  for (const name in share) {
    const goal = name === state.mood ? 1 : 0;
    share[name as Mood] += (goal - share[name as Mood]) * approach(dt, MOOD);
  }
}

function closeLids(weights: Weights, closed: number): void {
  for (const side of ["Left", "Right"]) {
    add(weights, `eyeBlink${side}`, closed);
    for (const other of ["eyeSquint", "eyeWide"]) {
      if (weights[other + side]) weights[other + side] *= 1 - closed;
    }
  }
}

/** Brows go with the voice, its own and the caller's; brows and the corners of the mouth are never quite still. */
function liven(weights: Weights, { time, drive, share, attention }: State): void {
  const lift = drive * 0.16 * (0.5 + 0.5 * Math.sin(time * 1.9)) + attention * 0.16;
  add(weights, "browInnerUp", lift + 0.03 * (1 + wave(time, 7)));
  add(weights, "browOuterUpLeft", drive * 0.08 + attention * 0.1);
  add(weights, "browOuterUpRight", drive * 0.08 + attention * 0.1);
  add(weights, "eyeWideLeft", attention * 0.08);
  add(weights, "eyeWideRight", attention * 0.08);
  const smile = FRIENDLY * (share.idle + share.listening);
  add(weights, "mouthSmileLeft", smile + 0.025 * wave(time, 5));
  add(weights, "mouthSmileRight", smile + 0.025 * wave(time, 6));
  const press = Math.max(0, 0.05 * wave(time, 8)) * (1 - drive);
  add(weights, "mouthPressLeft", press);
  add(weights, "mouthPressRight", press);
}

/** Adds the speaking mouth; an open jaw or lifted lip of an expression must not keep p, b, m from closing. */
function speak(weights: Weights, { weights: mouth, closure }: Mouth): void {
  if (closure > 0) {
    for (const name in weights) {
      if (/^(jawOpen|mouth(UpperUp|LowerDown|Funnel))/.test(name) && weights[name] > 0) {
        weights[name] *= 1 - closure;
      }
    }
  }
  for (const name in mouth) add(weights, name, mouth[name]);
}
