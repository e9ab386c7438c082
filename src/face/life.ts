/** What keeps a face alive between the words: blinks, looks, breath, sway, nods, and a mood that changes softly. */
import type { Mood } from "../engine/frame.ts";
import { type Acting, createActing } from "./acting.ts";
import { createBlink } from "./blink.ts";
import { createGaze } from "./gaze.ts";
import type { Mouth } from "./mouth.ts";
import { add, type Angles, clamp, type Pose, type Weights } from "./pose.ts";
import type { Random } from "./random.ts";

/** The packs show gaps beside the hair when the head turns further, radians. */
const YAW_LIMIT = 0.2;
/** Seconds in which two thirds of a change happen: mood, head, tips of the hair after the head, stress of the voice. */
const MOOD = 0.3, HEAD = 0.07, HAIR = 0.16, VOICE = 0.2;
const BREATH_PERIOD = 4.2;
/** Smile of a face that has nothing to say. */
const FRIENDLY = 0.1;
/** Chance that a look goes away from the viewer, and seconds between blinks, by mood. */
const lookAway: Record<Mood, number> = { idle: 0.08, listening: 0.05, thinking: 0.55, speaking: 0.16 };
const blinkPause: Record<Mood, number> = { idle: 3.4, listening: 3.4, thinking: 3, speaking: 2.6 };

export interface Look {
  weights: Weights;
  pose: Pose;
}

export interface Life {
  /** The face `dt` seconds later. */
  step(dt: number, mood: Mood, mouth: Mouth): Look;
}

interface State {
  time: number;
  mood: Mood;
  /** How much of each mood is left, 0..1. */
  share: Record<Mood, number>;
  nextNod: number;
  head: Angles;
  hair: Angles;
  /** How much voice there was just now, 0..1. */
  drive: number;
}

export function createLife(random: Random): Life {
  const acting = createActing(), blink = createBlink(random), gaze = createGaze(random);
  const state: State = {
    time: random() * 60,
    mood: "idle",
    share: { idle: 1, listening: 0, thinking: 0, speaking: 0 },
    nextNod: Infinity,
    head: { yaw: 0, pitch: 0, roll: 0 },
    hair: { yaw: 0, pitch: 0, roll: 0 },
    drive: 0,
  };
  blink.soon(state.time + 0.8 + random());
  return {
    step(dt, mood, mouth) {
      const time = state.time += dt;
      changeMood(state, acting, mood, dt, random);
      state.drive += (state.share.speaking * mouth.voice - state.drive) * approach(dt, VOICE);
      const weights: Weights = {}, pose = sway(state);
      acting.apply(time, weights, pose);
      if (gaze.step(time, dt, mixed(state, lookAway)) && random() < 0.5) blink.soon(time);
      // The eyes stay with the viewer while the head moves, and are never quite still.
      pose.gazeX += gaze.x - pose.yaw * 0.85 + Math.sin(time * 2.7) * 0.003;
      pose.gazeY += gaze.y + pose.pitch * 0.75 + Math.sin(time * 3.4) * 0.002;
      closeLids(weights, blink.step(time, mixed(state, blinkPause)));
      liven(weights, state);
      speak(weights, mouth);
      return { weights, pose: settle(pose, state, dt) };
    },
  };
}

/** The share of the way to a goal that an exponential approach covers in `dt`. */
function approach(dt: number, constant: number): number {
  return 1 - Math.exp(-dt / constant);
}

/** A number that depends on the mood, mixed by how much of each mood there is. */
function mixed({ share }: State, of: Record<Mood, number>): number {
  let sum = 0;
  for (const mood in share) sum += share[mood as Mood] * of[mood as Mood];
  return sum;
}

function changeMood(state: State, acting: Acting, mood: Mood, dt: number, random: Random): void {
  const { time, share } = state;
  if (mood !== state.mood) {
    state.mood = mood;
    state.nextNod = mood === "listening" ? time + 1.5 + 2.5 * random() : Infinity;
    if (mood === "listening") acting.start("listen", 1, time);
    else if (mood === "thinking") acting.start("think", 0.7, time);
    else acting.rest(time);
  }
  if (time > state.nextNod) {
    acting.start("nod", 0.45 + 0.4 * random(), time);
    state.nextNod = time + 3.5 + 4 * random();
  }
  for (const name in share) {
    const goal = name === mood ? 1 : 0;
    share[name as Mood] += (goal - share[name as Mood]) * approach(dt, MOOD);
  }
}

/** Sums of sines whose periods never meet again. */
function wave(time: number, phase: number): number {
  return Math.sin(time * 0.53 + phase) * 0.5 + Math.sin(time * 0.91 + phase * 2.1) * 0.3 +
    Math.sin(time * 1.63 + phase * 3.7) * 0.2;
}

/** The head drifts slowly, a little livelier while speaking, and the chest breathes. */
function sway({ time, share, drive }: State): Pose {
  const lively = 1 + 0.5 * share.speaking;
  return {
    yaw: wave(time, 1) * 0.045 * lively,
    pitch: wave(time, 2) * 0.022 * lively + drive * 0.045 * Math.sin(time * 4.1),
    roll: wave(time, 3) * 0.018 * lively,
    dx: wave(time, 4) * 0.02,
    dy: 0,
    breath: 0.5 - 0.5 * Math.cos(time * 2 * Math.PI / BREATH_PERIOD + 0.4 * Math.sin(time * 0.31)),
    gazeX: 0,
    gazeY: 0,
    hair: { yaw: 0, pitch: 0, roll: 0 },
  };
}

function closeLids(weights: Weights, closed: number): void {
  for (const side of ["Left", "Right"]) {
    add(weights, `eyeBlink${side}`, closed);
    for (const other of ["eyeSquint", "eyeWide"]) {
      if (weights[other + side]) weights[other + side] *= 1 - closed;
    }
  }
}

/** Brows go with the voice; brows and the corners of the mouth are never quite still. */
function liven(weights: Weights, { time, drive, share }: State): void {
  const lift = drive * 0.16 * (0.5 + 0.5 * Math.sin(time * 1.9));
  add(weights, "browInnerUp", lift + 0.03 * (1 + wave(time, 7)));
  add(weights, "browOuterUpLeft", drive * 0.08);
  add(weights, "browOuterUpRight", drive * 0.08);
  const smile = FRIENDLY * (share.idle + share.listening);
  add(weights, "mouthSmileLeft", smile + 0.025 * wave(time, 5));
  add(weights, "mouthSmileRight", smile + 0.025 * wave(time, 6));
  const press = Math.max(0, 0.05 * wave(time, 8)) * (1 - drive);
  add(weights, "mouthPressLeft", press);
  add(weights, "mouthPressRight", press);
}

/** Adds the speaking mouth; a smile or an open jaw of an expression must not keep p, b, m from closing. */
function speak(weights: Weights, { weights: mouth, closure }: Mouth): void {
  if (closure > 0) {
    for (const name in weights) {
      if (/^(jawOpen|mouth(Smile|UpperUp|LowerDown|Funnel))/.test(name) && weights[name] > 0) {
        weights[name] *= 1 - closure;
      }
    }
  }
  for (const name in mouth) add(weights, name, mouth[name]);
}

/** The head follows with inertia, long hair follows the head. */
function settle(pose: Pose, { head, hair }: State, dt: number): Pose {
  const toHead = approach(dt, HEAD), toHair = approach(dt, HAIR);
  for (const axis of ["yaw", "pitch", "roll"] as const) {
    const goal = axis === "yaw" ? clamp(pose.yaw, -YAW_LIMIT, YAW_LIMIT) : pose[axis];
    head[axis] += (goal - head[axis]) * toHead;
    hair[axis] += (head[axis] - hair[axis]) * toHair;
  }
  return { ...pose, ...head, hair: { ...hair } };
}
