/**
 * What a listener does: its attention follows the caller's voice, and it nods at ends of phrases, as people do, who
 * answer with a nod or a murmur after 0.7 s of speech or more and not again for a while (Ward and Tsukahara, "Prosodic
 * features which cue back-channel responses in English and Japanese", Journal of Pragmatics 32, 2000), and who blink
 * there (Nakano and Kitazawa, "Eyeblink entrainment at breakpoints of speech", Experimental Brain Research 205, 2010).
 */
import type { ExpressionName } from "./expressions.ts";
import { createPhrases } from "./phrases.ts";
import { clamp } from "./pose.ts";
import { logNormal, type Random } from "./random.ts";

/** Seconds of silence after a phrase, and of speech in one. */
const SILENCE = 0.2, PHRASE = 0.7;
/** How many ends of phrases get a nod, and a blink. */
const NODS = 0.6, BLINKS = 0.35;
/** Seconds between two nods: at least, and median. */
const LEAST = 2.2, USUAL = 3.5;
/** Below this loudness, 0..1, nobody speaks. */
const VOICED = 0.08;
/** Seconds in which two thirds of a change of loudness are felt: rising, falling. */
const RISE = 0.12, FALL = 0.7;

/** A gesture and how large it is. */
export interface Nod {
  name: ExpressionName;
  level: number;
}

export interface Listener {
  /** How lively the caller sounds, 0..1; follows the loudness softly. */
  attention: number;
  /** True when the caller has just begun to speak. */
  called: boolean;
  /** True when a phrase of the caller's has just ended with which a blink goes well. */
  blinks: boolean;
  /**
   * Advances to `time`, `dt` seconds on. `heard`: loudness of the caller, 0..1. `nods`: may it nod? Gives the nod that
   * begins now.
   */
  step(time: number, dt: number, heard: number, nods: boolean): Nod | null;
}

export function createListener(random: Random): Listener {
  const phrases = createPhrases(SILENCE, PHRASE);
  let due = Infinity, again = 0;
  return {
    attention: 0,
    called: false,
    blinks: false,
    step(time, dt, heard, nods) {
      this.called = heard > VOICED && this.attention < VOICED;
      const change = heard - this.attention;
      this.attention += change * (1 - Math.exp(-dt / (change > 0 ? RISE : FALL)));
      const ended = phrases.step(time, heard > VOICED);
      this.blinks = ended && random() < BLINKS;
      if (ended && time > again && random() < NODS) {
        due = time + 0.25 * random();
        again = due + clamp(USUAL * logNormal(random, 0.5), LEAST, 12);
      }
      if (!nods) due = Infinity;
      if (time < due) return null;
      due = Infinity;
      return { name: random() < 0.6 ? "dip" : "nod", level: 0.4 + 0.3 * random() };
    },
  };
}
