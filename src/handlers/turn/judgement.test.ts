import assert from "node:assert/strict";
import * as v from "valibot";
import fc from "npm:fast-check@4.10.2";
import type { Ending } from "./ending.ts";
import { judge } from "./judgement.ts";
import { handler } from "./smart_turn.ts";

const defaults = v.parse(handler.config, {});
const calm = { pause: 0, share: 0 };
const wait = (audio: number, ending: Ending, habit = calm, settings = {}) =>
  judge({ audio, ending, habit }, { ...defaults, ...settings }).wait;

Deno.test("what the witnesses come to", () => {
  const complete: [number, Ending][] = [[0.98, "stop"], [0.92, "question"], [0.9, "answer"]];
  for (const [audio, ending] of complete) assert.equal(wait(audio, ending), defaults.min_delay);
  const unclear: [number, Ending][] = [[0.9, "stop"], [0.2, "question"], [0.99, "loose"], [0.1, "stop"]];
  for (const [audio, ending] of unclear) {
    assert.ok(wait(audio, ending) > defaults.unclear_delay && wait(audio, ending) < defaults.max_end_delay);
  }
  const incomplete: [number, Ending][] = [[0.02, "stop"], [0.1, "loose"], [0.5, "number"], [0.8, "hanging"]];
  for (const [audio, ending] of incomplete) assert.equal(wait(audio, ending), defaults.max_end_delay);
});

Deno.test("who pauses often and long is given more time", () => {
  assert.ok(wait(0.975, "stop", { pause: 700, share: 0.6 }) > wait(0.975, "stop"));
  assert.ok(wait(0.9, "stop", { pause: 900, share: 0 }) > wait(0.9, "stop"));
});

Deno.test("all numbers are settings", () => {
  assert.equal(wait(0.98, "stop", calm, { min_delay: 200 }), 200);
  assert.equal(wait(0.5, "hanging", calm, { max_end_delay: 2000 }), 2000);
  assert.equal(wait(0.7, "stop", calm, { threshold: 0.05 }), 0);
  assert.ok(wait(0.98, "stop", calm, { audio_weight: 0 }) > 0);
  assert.equal(wait(0, "stop", calm, { audio_limit: 0, stop_weight: 5 }), 0);
});

Deno.test("whatever is said: never sooner than min_delay nor later than the longest delay; more evidence, less waiting", () => {
  const delay = fc.integer({ min: 0, max: 3000 });
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const endings = fc.constantFrom<Ending>("question", "answer", "stop", "loose", "number", "hanging");
  fc.assert(fc.property(
    fc.record({ min_delay: delay, unclear_delay: delay, max_end_delay: delay }),
    fc.record({ pause: delay, share: chance }),
    endings,
    chance,
    chance,
    (delays, habit, ending, a, b) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((audio) =>
        wait(audio, ending, habit, delays)
      );
      assert.ok(more <= less);
      assert.ok(more >= delays.min_delay && less <= Math.max(delays.min_delay, delays.max_end_delay));
    },
  ));
});
