import assert from "node:assert/strict";
import type { BodyOf, Cue, Mood } from "../engine/frame.ts";
import { createActor } from "./actor.ts";
import { createRandom } from "./random.ts";

const stamp = { session: "s", turn: 1, epoch: 0, at: 0 };
const STEP = 0.04;

/** An actor who is about to say "papa" with these directions; ticks from there. */
function prepared(cues: Cue[]) {
  const actor = createActor(createRandom(3));
  const spans = [..."papapapapapapapapapa"].map((phoneme, i) => ({
    phoneme,
    start: i * 0.1,
    end: (i + 1) * 0.1,
  }));
  actor.announce({ ...stamp, kind: "phonemes", spans, words: [], cues });
  const tick = (position: number, mood: Mood = "speaking", epoch = 0) => {
    const body: BodyOf<"video.tick"> = { kind: "video.tick", media: 0, position, mood, key: false };
    return actor.step(STEP, { ...stamp, epoch, ...body }).weights;
  };
  return { actor, tick };
}
const cheek = (weights: Record<string, number>) => weights.cheekSquintLeft ?? 0;

Deno.test("a smile comes at its time in the reply, and lips still meet on p", () => {
  const { tick } = prepared([{ name: "smile", start: 0.5 }]);
  for (let at = 0; at < 1.6; at += STEP) {
    const weights = tick(at);
    if (at < 0.5) assert.equal(cheek(weights), 0, `at ${at}`);
    // In the middle of a p, whose last part is breath.
    if (at > 1 && Math.abs(at % 0.2 - 0.04) < 0.02) {
      assert.ok(weights.jawOpen - weights.mouthClose < 0.02, `${weights.jawOpen} at ${at}`);
      assert.ok(weights.mouthSmileLeft > 0.2, `${weights.mouthSmileLeft} at ${at}`);
    }
  }
  assert.ok(cheek(tick(1.6)) > 0.3);
});

Deno.test("a smile at the very beginning outlives the change from thinking to speaking", () => {
  const { tick } = prepared([{ name: "smile", start: 0 }]);
  for (let i = 0; i < 50; i++) tick(-1, "thinking");
  let last = 0;
  for (let at = 0.02; at < 0.6; at += STEP) last = cheek(tick(at));
  assert.ok(last > 0.3, `${last}`);
});

Deno.test("an interrupted reply is not acted any further", () => {
  const { actor, tick } = prepared([{ name: "smile", start: 0.2 }, { name: "sad", start: 1 }]);
  for (let at = 0; at < 0.8; at += STEP) tick(at);
  actor.end({ ...stamp, kind: "turn.end", user: "", heard: "", interrupted: true });
  let last = {};
  for (let i = 0; i < 60; i++) last = tick(-1, "listening", 1);
  assert.equal(cheek(last), 0);
  assert.ok(((last as Record<string, number>).mouthFrownLeft ?? 0) === 0);
});

Deno.test("a smile behind the last word is played when the reply is over", () => {
  const { actor, tick } = prepared([{ name: "smile", start: 2 }]);
  for (let at = 0; at < 1.9; at += STEP) assert.equal(cheek(tick(at)), 0);
  actor.end({ ...stamp, kind: "turn.end", user: "", heard: "", interrupted: false });
  let last = 0;
  for (let i = 0; i < 15; i++) last = cheek(tick(-1, "idle"));
  assert.ok(last > 0.3, `${last}`);
});
