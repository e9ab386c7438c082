import assert from "node:assert/strict";
import type { Mood } from "../engine/frame.ts";
import { createLife, type Look } from "./life.ts";
import { closedMouth } from "./mouth.ts";
import { createRandom, seedOf } from "./random.ts";

const STEP = 0.04;

function live(seed: number, seconds: number, mood: (time: number) => Mood = () => "idle") {
  const life = createLife(createRandom(seed));
  return Array.from({ length: seconds / STEP }, (_, i) => life.step(STEP, mood(i * STEP), closedMouth));
}

Deno.test("the same seed lives the same life, another one another", () => {
  assert.deepEqual(live(7, 4), live(7, 4));
  assert.notDeepEqual(live(7, 4), live(8, 4));
  assert.notEqual(seedOf("one"), seedOf("two"));
});

/** Ten people for five minutes each; who speaks or is spoken to hears phrases of two seconds and pauses of 0.4. */
function crowd(mood: Mood, of: (look: Look) => boolean): { starts: number; share: number; mean: number } {
  let starts = 0, ticks = 0, total = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const life = createLife(createRandom(seed));
    let before = false;
    for (let time = 0; time < 300; time += STEP / 2, total++) {
      const voice = time % 2.4 < 2 ? 1 : 0;
      const mouth = mood === "speaking" ? { weights: {}, closure: 0, voice } : closedMouth;
      const now = of(life.step(STEP / 2, mood, mouth, mood === "listening" ? { heard: voice * 0.6 } : {}));
      if (now && !before) starts++;
      if (now) ticks++;
      before = now;
    }
  }
  return { starts: starts * 120 / STEP / total, share: ticks / total, mean: ticks / starts * STEP / 2 };
}

Deno.test("it blinks like people do: 17 times a minute at rest, up to 26 in conversation, for some 145 ms", () => {
  const limits: Record<Mood, number[]> = {
    idle: [15, 20],
    listening: [17, 24],
    thinking: [16, 24],
    speaking: [20, 27],
  };
  for (const mood in limits) {
    const { starts, mean } = crowd(mood as Mood, ({ weights }) => weights.eyeBlinkLeft > 0.5);
    const [least, most] = limits[mood as Mood];
    assert.ok(starts >= least && starts <= most, `${mood}: ${starts} a minute`);
    assert.ok(mean >= 0.1 && mean <= 0.16, `${mood}: ${mean} s`);
  }
});

Deno.test("eyes look away as often and as long as published of speakers and listeners", () => {
  const aside = ({ pose }: Look) => Math.abs(pose.gazeX + pose.yaw * 0.85) > 0.08;
  const speaking = crowd("speaking", aside), listening = crowd("listening", aside);
  assert.ok(Math.abs(speaking.mean - 0.93) < 0.2, `${speaking.mean}`);
  assert.ok(Math.abs(speaking.share - 0.23) < 0.05, `${speaking.share}`);
  assert.ok(Math.abs(listening.mean - 0.43) < 0.1, `${listening.mean}`);
  assert.ok(Math.abs(listening.share - 0.052) < 0.02, `${listening.share}`);
});

Deno.test("it breathes 10 to 20 times a minute", () => {
  const breath = live(3, 60).map(({ pose }) => pose.breath);
  const peaks = breath.filter((b, i) => b > 0.5 && b > breath[i - 1] && b >= breath[i + 1]).length;
  assert.ok(peaks >= 10 && peaks <= 20, `${peaks}`);
});

Deno.test("whatever the mood, the head stays within its limits and nothing jumps", () => {
  const moods: Mood[] = ["idle", "listening", "thinking", "speaking", "idle", "speaking", "listening"];
  const looks = live(11, 42, (time) => moods[Math.floor(time / 1.7) % moods.length]);
  looks.forEach(({ pose, weights }, i) => {
    assert.ok(Math.abs(pose.yaw) <= 0.2);
    if (i < 10) return;
    const before = looks[i - 1];
    for (const axis of ["yaw", "pitch", "roll"] as const) {
      assert.ok(Math.abs(pose[axis] - before.pose[axis]) < 0.03, `${axis} at ${i}`);
    }
    for (const name of new Set([...Object.keys(weights), ...Object.keys(before.weights)])) {
      if (name.startsWith("eye")) continue; // lids are that quick
      const change = Math.abs((weights[name] ?? 0) - (before.weights[name] ?? 0));
      assert.ok(change < 0.12, `${name} at ${i}: ${change}`);
    }
  });
});

/** Pitch of a head while the caller speaks phrases of two seconds and is silent for one. */
function pitches(mood: Mood, heard: number, calm = false, seed = 5): number[] {
  const life = createLife(createRandom(seed));
  return Array.from({ length: 60 / STEP }, (_, i) => {
    const voice = i * STEP % 3 < 2 ? heard : 0;
    return life.step(STEP, mood, closedMouth, { heard: voice, calm }).pose.pitch;
  });
}
/** Nods: the head goes down and up again by more than it ever sways within 0.3 s. */
function nods(pitch: number[]): number {
  const down = pitch.map((p, i) => p - (pitch[i - 7] ?? p) > 0.014);
  return down.filter((now, i) => now && !down.slice(Math.max(0, i - 12), i).some(Boolean)).length;
}

Deno.test("a listener nods at some ends of phrases, not without a voice, not when motion is unwelcome", () => {
  const of = (mood: Mood, heard: number, calm = false) =>
    [1, 2, 3, 4, 5].map((seed) => nods(pitches(mood, heard, calm, seed)));
  for (const count of of("listening", 0.6)) assert.ok(count >= 4 && count <= 15, `${count} of 20 phrases`);
  for (const quiet of [of("listening", 0), of("idle", 0.6), of("listening", 0.6, true)]) {
    assert.deepEqual(quiet, [0, 0, 0, 0, 0]);
  }
});

Deno.test("who wishes for little motion sees a head that hardly sways, and eyes that blink", () => {
  const spread = (calm: boolean) => {
    const pitch = pitches("idle", 0, calm).slice(50);
    return Math.max(...pitch) - Math.min(...pitch);
  };
  assert.ok(spread(true) < 0.35 * spread(false), `${spread(true)} ${spread(false)}`);
  const life = createLife(createRandom(3));
  const lids = Array.from(
    { length: 500 },
    () => life.step(STEP, "idle", closedMouth, { calm: true }).weights.eyeBlinkLeft,
  );
  assert.ok(Math.max(...lids) > 0.9);
});

Deno.test("a lively voice raises the brows", () => {
  const brow = (heard: number) => {
    const life = createLife(createRandom(2));
    for (let i = 0; i < 50; i++) life.step(STEP, "listening", closedMouth, { heard });
    return life.step(STEP, "listening", closedMouth, { heard }).weights.browInnerUp;
  };
  assert.ok(brow(0.8) - brow(0) > 0.1);
});

Deno.test("it thinks, and looks aside, only when the answer takes longer than half a second", () => {
  const life = createLife(createRandom(4));
  const brow = (mood: Mood, seconds: number) => {
    let most = 0;
    for (let i = 0; i < seconds / STEP; i++) {
      most = Math.max(most, life.step(STEP, mood, closedMouth).weights.browDownLeft ?? 0);
    }
    return most;
  };
  brow("listening", 2);
  assert.equal(brow("thinking", 0.48), 0);
  assert.equal(brow("speaking", 1), 0);
  brow("listening", 2);
  assert.ok(brow("thinking", 1.2) > 0.1);
  assert.ok(crowd("thinking", ({ pose }) => Math.abs(pose.gazeX + pose.yaw * 0.85) > 0.08).share > 0.5);
});

Deno.test("an expression is played, and let go when it is stopped", () => {
  const life = createLife(createRandom(6));
  const smile = (ticks: number) => {
    let last = 0;
    for (let i = 0; i < ticks; i++) {
      last = life.step(STEP, "speaking", closedMouth).weights.cheekSquintLeft ?? 0;
    }
    return last;
  };
  assert.equal(smile(10), 0);
  life.play("smile", 1);
  assert.ok(smile(20) > 0.3);
  life.stop();
  assert.equal(smile(25), 0);
});

Deno.test("a laugh does not keep the lips from meeting, and goes on smiling", () => {
  const life = createLife(createRandom(1));
  life.play("laugh", 1);
  for (let i = 0; i < 25; i++) life.step(STEP, "speaking", closedMouth);
  const open = life.step(STEP, "speaking", closedMouth).weights;
  assert.ok(open.jawOpen > 0.1 && open.mouthUpperUpLeft > 0.1);
  const { weights } = life.step(STEP, "speaking", { weights: {}, closure: 1, voice: 1 });
  assert.equal(weights.jawOpen, 0);
  assert.equal(weights.mouthUpperUpLeft, 0);
  assert.ok(weights.mouthSmileLeft > 0.4);
});
