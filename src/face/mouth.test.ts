import assert from "node:assert/strict";
import { mouthAt } from "./mouth.ts";
import type { Segment } from "./timeline.ts";
import type { Viseme } from "./visemes.ts";

function say(...sounds: [Viseme, number][]): Segment[] {
  let time = 0.2;
  return sounds.map(([viseme, length]) => ({ viseme, start: time, end: time += length }));
}
const jaw = (segments: Segment[], time: number) => mouthAt(segments, time).weights.jawOpen ?? 0;

Deno.test("the jaw opens on an a and closes on p between two of them", () => {
  const papa = say(["PP", 0.09], ["aa", 0.13], ["PP", 0.09], ["aa", 0.13]);
  assert.ok(jaw(papa, 0.36) > 0.25, `${jaw(papa, 0.36)}`);
  assert.ok(jaw(papa, 0.465) < 0.06, `${jaw(papa, 0.465)}`);
  assert.ok(jaw(papa, 0.58) > 0.25);
  assert.ok(mouthAt(papa, 0.465).closure > 0.95);
  assert.equal(mouthAt(papa, 0.36).voice, 1);
});

Deno.test("p, b, m close even when the sound is short", () => {
  const shortP = say(["aa", 0.12], ["PP", 0.04], ["aa", 0.12]);
  assert.ok(jaw(shortP, 0.34) < 0.08, `${jaw(shortP, 0.34)}`);
});

Deno.test("the mouth is closed before, after and in pauses", () => {
  const words: Segment[] = [{ viseme: "aa", start: 1, end: 1.2 }, { viseme: "O", start: 1.7, end: 1.9 }];
  for (const time of [0, 0.7, 1.45, 2.3, 100]) {
    const { weights, voice } = mouthAt(words, time);
    assert.ok(Object.values(weights).every((w) => Math.abs(w) < 0.03), `${time}: ${JSON.stringify(weights)}`);
    assert.equal(voice, 0);
  }
  assert.deepEqual(mouthAt([], 1).weights, {});
});

Deno.test("a clause that is not there yet does not change what is said before it", () => {
  const known = say(["PP", 0.1], ["aa", 0.2], ["SS", 0.1], ["O", 0.2]);
  const whole = [...known, { viseme: "E" as const, start: 0.95, end: 1.2 }];
  for (let time = 0; time < 0.65; time += 0.01) {
    assert.ok(Math.abs(jaw(known, time) - jaw(whole, time)) < 0.02, `at ${time}`);
  }
});

Deno.test("the shape never jumps", () => {
  const words = say(["PP", 0.08], ["aa", 0.1], ["FF", 0.07], ["O", 0.12], ["kk", 0.05], ["I", 0.1]);
  for (let time = 0; time < 1.2; time += 0.005) {
    const now = mouthAt(words, time).weights, next = mouthAt(words, time + 0.005).weights;
    for (const name of new Set([...Object.keys(now), ...Object.keys(next)])) {
      // A lip that goes under the teeth takes 45 ms.
      assert.ok(Math.abs((now[name] ?? 0) - (next[name] ?? 0)) < 0.17, `${name} at ${time}`);
    }
  }
});
