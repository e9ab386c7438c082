/**
 * Lips in the pictures of a call: do they meet where the default voice says p, b, m, f and v, and when? Everything is
 * judged by the colours of the drawn picture. Prints what it measured (`docs/lips.md`).
 */
import assert from "node:assert/strict";
import { percentile } from "../bench/statistics.ts";
import { concat } from "../src/audio/pcm.ts";
import type { CueName } from "../src/engine/frame.ts";
import { paintRoom } from "../src/face/background.ts";
import { readPack } from "../src/face/packfolder.ts";
import { still } from "../src/face/pose.ts";
import { type Viseme, visemes } from "../src/face/visemes.ts";
import { handler } from "../src/handlers/tts/piper.ts";
import { answers, load } from "./hearing.ts";
import { SENTENCES } from "./lip_sentences.ts";
import { type Sight, watch, type Watcher } from "./mouth_pixels.ts";
import { type Closure, closures, type Moment, speak, type Speech } from "./speaking_face.ts";
import { holds } from "./stop_holds.ts";

/** A light face and a dark one. */
const AVATARS = ["mira", "amara"];
const SOUNDS = ["p", "b", "m", "f", "v"];
/** In how many of its occurrences each sound must be seen. */
const SEEN = 0.95;
/** Seconds: limits of the error between picture and sound. */
const MEDIAN = 0.02, WORST = 0.04;
/** Pictures a second in which instants are measured: half a picture of 5 ms is what that adds to an error. */
const FINE = 100;

let speeches: Speech[];
const watchers = new Map<string, Watcher>();

Deno.test.beforeAll(async () => {
  await using voice = await load(handler);
  speeches = [];
  for (const sentence of SENTENCES) {
    const bodies = await answers(voice, [{ kind: "text.reply", delta: sentence, last: true }]);
    const audio = bodies.filter((body) => body.kind === "audio.reply");
    const clauses = bodies.filter((body) => body.kind === "phonemes");
    speeches.push({ clauses, pcm: concat(audio.map(({ pcm }) => pcm)), rate: audio[0].rate });
  }
  for (const name of AVATARS) {
    const pack = await readPack(new URL(`../static/avatars/${name}`, import.meta.url).pathname, 512);
    watchers.set(name, watch(pack, paintRoom(pack.manifest.room, 512)));
  }
});

const met = ({ closed }: Sight) => closed >= 0.8;
const bitten = (sight: Sight) => sight.bitten >= 0.5;

/** Is the sound seen in a picture of its span, or one picture before or after it? The likeliest pictures come first. */
function isSeen({ sound, start, end }: Closure, moments: Moment[], fps: number, watcher: Watcher): boolean {
  const middle = (start + end) / 2, away = ({ time }: Moment) => Math.abs(time - middle);
  return moments
    .filter(({ time }) => time >= start - 1 / fps && time <= end + 1 / fps)
    .sort((a, b) => away(a) - away(b))
    .some(({ look }) => ("fv".includes(sound) ? bitten : met)(watcher.see(look)));
}

interface Telling {
  fps: number;
  cue?: CueName;
  /** What the face speaks, if not what is heard. */
  face?: (speech: Speech) => Speech;
}

/** Share of the occurrences of each sound that are seen. */
function shares(name: string, { fps, cue, face = (speech) => speech }: Telling): Record<string, number> {
  const seen: Record<string, number> = {}, all: Record<string, number> = {};
  for (const [number, speech] of speeches.entries()) {
    const moments = speak(face(speech), fps, number + 1, cue);
    for (const closure of closures(speech.clauses)) {
      all[closure.sound] = (all[closure.sound] ?? 0) + 1;
      seen[closure.sound] = (seen[closure.sound] ?? 0) +
        Number(isSeen(closure, moments, fps, watchers.get(name)!));
    }
  }
  const text = SOUNDS.map((sound) => `${sound} ${seen[sound]} of ${all[sound]}`).join(", ");
  console.log(`${name}, ${fps} pictures a second${cue ? `, [${cue}]` : ""}: ${text}.`);
  return Object.fromEntries(SOUNDS.map((sound) => [sound, seen[sound] / all[sound]]));
}

Deno.test("the eye tells closed lips, bitten lips and open mouths apart", () => {
  for (const name of AVATARS) {
    const watcher = watchers.get(name)!;
    const see = (viseme?: Viseme) =>
      watcher.see({ weights: viseme ? visemes[viseme] : {}, pose: { ...still, yaw: 0.06, dy: 0.02 } });
    for (const viseme of [undefined, "PP" as const]) assert.ok(met(see(viseme)), `${name}: ${viseme}`);
    assert.ok(bitten(see("FF")), name);
    for (const viseme of ["FF", "DD", "SS", "I", "E", "aa", "O", "U", "TH"] as const) {
      assert.ok(!met(see(viseme)), `${name}: ${viseme} looks closed`);
    }
    // Not of TH: by its colour a tongue under the teeth may be a lip.
    for (const viseme of ["PP", "DD", "SS", "I", "E", "aa", "O"] as const) {
      assert.ok(!bitten(see(viseme)), `${name}: ${viseme} looks like an f`);
    }
    assert.ok(see("aa").opening > 7, name);
  }
});

for (const name of AVATARS) {
  Deno.test(`lips are seen to meet on p, b, m, and to touch the teeth on f, v: ${name}`, () => {
    for (const [sound, share] of Object.entries(shares(name, { fps: 25 }))) {
      assert.ok(share >= SEEN, `${sound}: ${share}`);
    }
  });
}

Deno.test("a smile does not keep the lips from meeting", () => {
  for (const [sound, share] of Object.entries(shares(AVATARS[0], { fps: 30, cue: "smile" }))) {
    assert.ok(share >= SEEN, `${sound}: ${share}`);
  }
});

Deno.test("a face that does not know p, b, m, f and v is found out", () => {
  const face = (speech: Speech): Speech => ({
    ...speech,
    clauses: speech.clauses.map((clause) => ({
      ...clause,
      spans: clause.spans.map((span) => ({ ...span, phoneme: span.phoneme.replace(/[pbmfv]/gu, "k") })),
    })),
  });
  for (const [sound, share] of Object.entries(shares(AVATARS[0], { fps: 25, face }))) {
    assert.ok(share < 0.5, `${sound}: ${share}`);
  }
});

/** When the lips of the picture have met that do so around a moment; nothing if they do not. */
function meeting(
  moments: Moment[],
  around: number,
  watcher: Watcher,
): { start: number; end: number } | undefined {
  const near = moments.filter(({ time }) => Math.abs(time - around) < 0.2);
  const closed = near.map(() => undefined as boolean | undefined);
  const isClosed = (i: number) => i >= 0 && i < near.length && (closed[i] ??= met(watcher.see(near[i].look)));
  const order = near.map((_, i) => i).sort((a, b) =>
    Math.abs(near[a].time - around) - Math.abs(near[b].time - around)
  );
  const first = order.slice(0, 13).find(isClosed);
  if (first === undefined) return;
  let start = first, end = first;
  while (isClosed(start - 1)) start--;
  while (isClosed(end + 1)) end++;
  return { start: near[start].time, end: near[end].time };
}

Deno.test("lips meet when the voice holds its breath for a p or b", () => {
  const watcher = watchers.get(AVATARS[0])!;
  const errors: number[] = [], early: number[] = [], late: number[] = [];
  let missed = 0;
  for (const [number, speech] of speeches.entries()) {
    const moments = speak(speech, FINE, number + 1);
    for (const hold of holds(speech)) {
      const seen = meeting(moments, (hold.start + hold.end) / 2, watcher);
      if (!seen) missed++;
      else {
        errors.push((seen.start + seen.end - hold.start - hold.end) / 2);
        early.push(seen.start - hold.start);
        late.push(seen.end - hold.end);
      }
    }
  }
  const ms = (values: number[], p: number) => `${Math.round(1000 * percentile(values, p))} ms`;
  const away = errors.map(Math.abs);
  console.log(
    `Middle of the closure, picture against sound, ${errors.length} p and b (${missed} not seen): ` +
      `behind by ${ms(errors, 0.5)}; away p50 ${ms(away, 0.5)}, p95 ${ms(away, 0.95)}. Lips meet ` +
      `${ms(early, 0.5)} behind the hold's beginning (away p95 ${ms(early.map(Math.abs), 0.95)}), and part ` +
      `${ms(late, 0.5)} behind its end (away p95 ${ms(late.map(Math.abs), 0.95)}).`,
  );
  assert.ok(
    errors.length >= 40 && missed <= 0.05 * errors.length,
    `${errors.length} holds, ${missed} missed`,
  );
  assert.ok(percentile(away, 0.5) <= MEDIAN, `median ${percentile(away, 0.5)} s`);
  assert.ok(percentile(away, 0.95) <= WORST, `95 % ${percentile(away, 0.95)} s`);
});
