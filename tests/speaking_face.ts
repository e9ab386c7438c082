/** A face that speaks what the default voice said, as in a call, picture by picture. */
import type { BodyOf, CueName, PhonemeSpan } from "../src/engine/frame.ts";
import { createActor } from "../src/face/actor.ts";
import type { Look } from "../src/face/life.ts";
import { createRandom } from "../src/face/random.ts";
import { session } from "./hearing.ts";

export interface Speech {
  clauses: BodyOf<"phonemes">[];
  pcm: Float32Array;
  /** Samples per second. */
  rate: number;
}

/** The face at one moment of the reply; seconds from its first sample. */
export interface Moment {
  time: number;
  look: Look;
}

/** A sound for which lips must meet, seconds from the reply's first sample. */
export interface Closure {
  sound: string;
  start: number;
  end: number;
}

/** Seconds before the first sample, so that the face is at ease when it begins to speak. */
const BEFORE = 0.4, AFTER = 0.3;

/** Every look of the face, `fps` a second. @param cue what the face is told to show while it speaks */
export function speak({ clauses, pcm, rate }: Speech, fps: number, seed: number, cue?: CueName): Moment[] {
  const random = createRandom(seed), actor = createActor(random), dt = 1 / fps;
  for (const clause of clauses) {
    const cues = cue ? [{ name: cue, start: clause.spans[0].start }] : clause.cues;
    actor.announce({ session: session.id, turn: 1, epoch: 0, at: 0, ...clause, cues });
  }
  const end = pcm.length / rate + AFTER, moments: Moment[] = [];
  // Pictures and sounds begin at no particular distance.
  for (let time = -BEFORE + random() * dt; time < end; time += dt) {
    const speaking = time >= 0 && time < end - AFTER;
    const position = speaking ? time : -1, mood = time < 0 ? "listening" as const : "speaking" as const;
    const tick = { kind: "video.tick", media: time * 1000, position, mood, key: false } as const;
    moments.push({ time, look: actor.step(dt, { session: session.id, turn: 1, epoch: 0, at: 0, ...tick }) });
  }
  return moments;
}

/** Every p, b, m, f and v, with the span that the voice gives it. */
export function closures(clauses: { spans: PhonemeSpan[] }[], sounds = "pbmfv"): Closure[] {
  return clauses.flatMap(({ spans }) =>
    spans.flatMap(({ phoneme, start, end }) => {
      const sound = [...phoneme].find((letter) => sounds.includes(letter));
      return sound ? [{ sound, start, end }] : [];
    })
  );
}
