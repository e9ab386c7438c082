import assert from "node:assert/strict";
import type { Mood } from "../engine/frame.ts";
import { createLife } from "./life.ts";
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

Deno.test("it blinks like a person: 8 to 40 times a minute, never for long", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const shut = live(seed, 60).map(({ weights }) => weights.eyeBlinkLeft > 0.5);
    const blinks = shut.filter((now, i) => now && !shut[i - 1]).length;
    assert.ok(blinks >= 8 && blinks <= 40, `seed ${seed}: ${blinks}`);
    assert.ok(!shut.some((_, i) => i > 15 && shut.slice(i - 15, i).every(Boolean)));
  }
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

Deno.test("a listener nods, a thinker looks away", () => {
  const lean = (mood: Mood) => live(5, 20, () => mood).slice(50);
  const swing = (mood: Mood) => {
    const pitch = lean(mood).map(({ pose }) => pose.pitch);
    return Math.max(...pitch.map((p, i) => Math.abs(p - (pitch[i - 8] ?? p))));
  };
  assert.ok(swing("listening") > 1.5 * swing("idle"), `${swing("listening")} ${swing("idle")}`);
  const away = (mood: Mood) =>
    lean(mood).filter(({ pose }) => Math.abs(pose.gazeX + pose.yaw * 0.85) > 0.1).length;
  assert.ok(away("thinking") > 2 * away("idle"));
});

Deno.test("a smile does not keep the lips from meeting", () => {
  const life = createLife(createRandom(1));
  for (let i = 0; i < 100; i++) life.step(STEP, "listening", closedMouth);
  const { weights } = life.step(STEP, "listening", { weights: {}, closure: 1, voice: 1 });
  assert.ok(weights.mouthSmileLeft <= 0);
});
