/**
 * The shape of the mouth at one moment of a reply. Neighbouring sounds are mixed by dominance functions that fall off
 * exponentially on both sides (Cohen and Massaro, "Modeling Coarticulation in Synthetic Visual Speech", 1993); lips that
 * must meet (p, b, m, and f, v) close whatever the neighbours want.
 */
import { add, type Weights } from "./pose.ts";
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
/** Seconds in which dominance falls to a third before a sound, and after it; lips meet and part faster. */
const BEFORE = 0.055, AFTER = 0.045, LIPS = 0.03;
/** Sounds further away than this, seconds, are not felt. */
const REACH = 0.35;
/** A gap of this length, seconds, is a pause, in which the mouth relaxes; shorter ones are spoken through. */
const PAUSE = 0.12;
/** A closure comes and goes within this time, seconds. */
const CLOSING = 0.05;

/** What a closure leaves of the weights that would open the lips: 1 - this. */
const shut: [name: string, share: number][] = [
  ["jawOpen", 0.88],
  ["mouthUpperUpLeft", 0.6],
  ["mouthUpperUpRight", 0.6],
  ["mouthLowerDownLeft", 0.8],
  ["mouthLowerDownRight", 0.8],
  ["mouthFunnel", 0.5],
];

/** @param time seconds from the reply's first sample */
export function mouthAt(segments: readonly Segment[], time: number): Mouth {
  const weights: Weights = {};
  let sum = 1e-3, closure = 0, voice = 0;
  let index = firstEndingAfter(segments, time - REACH);
  let quietSince = index > 0 ? segments[index - 1].end : -Infinity;
  for (;; index++) {
    const segment = segments.at(index), quietUntil = segment?.start ?? Infinity;
    if (quietUntil - quietSince >= PAUSE) sum += SILENCE * fading(quietSince, quietUntil, time);
    if (!segment || segment.start > time + REACH) break;
    const { viseme, start, end } = segment, lips = closes(viseme);
    const share = dominance[viseme] * falloff(segment, time, lips > 0);
    sum += share;
    for (const name in visemes[viseme]) add(weights, name, share * visemes[viseme][name]);
    if (lips > 0) closure = Math.max(closure, lips * meeting(segment, time));
    if (time >= start && time < end) voice = 1;
    quietSince = end;
  }
  for (const name in weights) weights[name] /= sum;
  for (const [name, share] of shut) if (weights[name]) weights[name] *= 1 - share * closure;
  return { weights, closure, voice };
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

function closes(viseme: Viseme): number {
  return viseme === "PP" ? 1 : viseme === "FF" ? 0.6 : 0;
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
  const centre = (start + end) / 2, half = (end - start) / 2;
  return Math.max(0, 1 - Math.max(0, Math.abs(time - centre) - half * 0.4) / CLOSING);
}
