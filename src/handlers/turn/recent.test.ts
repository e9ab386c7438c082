import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { hear, openRecent, pause, soundOf } from "./recent.ts";

Deno.test("whatever comes, the newest samples are kept, with the pauses", () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.boolean()), {
    maxLength: 30,
  });
  fc.assert(fc.property(steps, (steps) => {
    const recent = openRecent(100);
    let all: number[] = [];
    for (const [speech, length, look] of steps) {
      if (speech) hear(recent, Float32Array.from({ length }, (_, n) => all.length + n + 1));
      else pause(recent, length);
      all = [...all, ...Array.from({ length }, (_, n) => speech ? all.length + n + 1 : 0)];
      assert.ok(recent.length < 200);
      if (look) assert.deepEqual([...soundOf(recent)], all.slice(-100));
    }
    assert.deepEqual([...soundOf(recent)], all.slice(-100));
  }));
});
