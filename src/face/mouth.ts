/**
 * The shape of the mouth at one moment of a reply. Neighbouring sounds are mixed by dominance functions that fall off
 * exponentially on both sides (Cohen and Massaro, "Modeling Coarticulation in Synthetic Visual Speech", 1993); lips that
 * must meet (p, b, m, and f, v) close whatever the neighbours want.
 */
import { add, smoothstep, type Weights } from "./pose.ts";
import type { Segment } from "./timeline.ts";
import { type Viseme, visemes } from "./visemes.ts";

export interface Mouth {
  weights: Weights;
  /** How surely the lips must meet, 0..1. */
  closure: number;
  /** Is there voice? 0..1. */
  voice: number;
}

export const closedMouth: Mouth = { weights: {}, closure: 0, voice: 0 };

/** How strongly a sound insists on its shape. */
const dominance: Record<Viseme, number> = {
  PP: 6,
  FF: 4.5,
  U: 1.7,
  O: 1.4,
  CH: 2,
  aa: 1.2,
  SS: 1.3,
  TH: 1.6,
  RR: 1.1,
  kk: 0.5,
  DD: 0.7,
  nn: 0.7,
  E: 1,
  I: 1.1,
};
const SILENCE = 0.8;
/** The mouth shapes itself this long before the sound is heard, seconds; lips meet exactly when they are heard to. */
const LEAD = 0.025;
/** Seconds in which dominance falls to a third before a sound, and after it; lips meet and part faster. */
const BEFORE = 0.055, AFTER = 0.045, LIPS = 0.03;
/** Sounds further away than this, seconds, are not felt. */
const REACH = 0.35;
/** A gap of this length, seconds, is a pause, in which the mouth relaxes; shorter ones are spoken through. */
const PAUSE = 0.12;
/** Lips meet for this long at least, seconds, so that a picture shows it; they close, and part, within `CLOSING`. */
const LEAST = 0.04, CLOSING = 0.045;

/** What lips that meet leave of the weights that would open them: 1 - this. The rest of the jaw is bridged by the lips. */
const shut: [name: string, share: number][] = [
  ["jawOpen", 0.75],
  ["mouthUpperUpLeft", 1],
  ["mouthUpperUpRight", 1],
  ["mouthLowerDownLeft", 1],
  ["mouthLowerDownRight", 1],
  ["mouthFunnel", 0.9],
  ["mouthRollLower", 1],
  ["tongueOut", 1],
];
/** What a lip at the teeth leaves of weights that its shape does not have: 1 - this. */
const BITE = 0.9;

/** @param time seconds from the reply's first sample */
export function mouthAt(segments: readonly Segment[], time: number): Mouth {
  const ahead = time + LEAD;
  const weights: Weights = {};
  let sum = 1e-3, closed = 0, bitten = 0, voice = 0;
  let index = firstEndingAfter(segments, time - REACH);
  let quietSince = index > 0 ? segments[index - 1].end : -Infinity;
  for (;; index++) {
    const segment = segments.at(index), quietUntil = segment?.start ?? Infinity;
    if (quietUntil - quietSince >= PAUSE) sum += SILENCE * fading(quietSince, quietUntil, ahead);
    if (!segment || segment.start > ahead + REACH) break;
    const { viseme, start, end } = segment;
    const meet = viseme === "PP" || viseme === "FF";
    const share = dominance[viseme] * falloff(segment, meet ? time : ahead, meet);
    sum += share;
    for (const name in visemes[viseme]) add(weights, name, share * visemes[viseme][name]);
    if (viseme === "PP") closed = Math.max(closed, meeting(segment, time));
    if (viseme === "FF") bitten = Math.max(bitten, meeting(segment, time));
    if (time >= start && time < end) voice = 1;
    quietSince = end;
  }
  for (const name in weights) weights[name] /= sum;
  if (bitten > 0) bite(weights, bitten * (1 - closed));
  if (closed > 0) close(weights, closed);
  return { weights, closure: Math.max(closed, bitten), voice };
}

/** Segments are in order of time. */
function firstEndingAfter(segments: readonly Segment[], time: number): number {
  let low = 0, high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle].end < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The lips of p, b and m meet whatever the jaw does. `share` 0..1. */
function close(weights: Weights, share: number): void {
  for (const [name, less] of shut) if (weights[name]) weights[name] *= 1 - less * share;
  if (weights.jawOpen) add(weights, "mouthClose", weights.jawOpen * share);
}

/** The lower lip of f and v comes to the upper teeth. `share` 0..1. */
function bite(weights: Weights, share: number): void {
  for (const name in weights) weights[name] *= 1 - BITE * share;
  for (const name in visemes.FF) add(weights, name, BITE * share * visemes.FF[name]);
}

/** 1 over the middle of a sound, less towards its neighbours. */
function falloff({ start, end }: Segment, time: number, lips: boolean): number {
  const centre = (start + end) / 2, half = (end - start) / 2;
  const away = Math.max(0, Math.abs(time - centre) - half * 0.6);
  return Math.exp(-away / (lips ? LIPS : time < centre ? BEFORE : AFTER));
}

/** The same for a silence, which may have no end. */
function fading(start: number, end: number, time: number): number {
  const inset = Math.min(0.05, 0.2 * (end - start));
  const before = start + inset - time, after = time - (end - inset);
  return before > 0 ? Math.exp(-before / BEFORE) : after > 0 ? Math.exp(-after / AFTER) : 1;
}

/** 1 while the lips must touch. */
function meeting({ start, end }: Segment, time: number): number {
  const centre = (start + end) / 2, half = Math.max(LEAST / 2, (end - start) * 0.2);
  return smoothstep(half + CLOSING, half, Math.abs(time - centre));
}
