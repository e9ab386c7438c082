import assert from "node:assert/strict";
import * as v from "valibot";
import fc from "npm:fast-check@4.10.2";
import type { Ending } from "./ending.ts";
import { judge, type Settings, type Witnesses } from "./judgement.ts";
import { handler } from "./smart_turn.ts";

const defaults = v.parse(handler.config, {});
const plain: Witnesses = {
  fading: 0,
  audio: null,
  ending: "stop",
  language: null,
  habit: { pause: 0, share: 0 },
};
const wait = (witnesses: Partial<Witnesses>, settings: Partial<Settings> = {}) =>
  judge({ ...plain, ...witnesses }, { ...defaults, ...settings }).wait;

Deno.test("what the witnesses come to", () => {
  const { min_delay, unclear_delay, max_end_delay } = defaults;
  assert.equal(wait({ fading: 220 }), min_delay);
  assert.equal(wait({ fading: 60 }), unclear_delay);
  assert.equal(wait({ fading: 0 }), max_end_delay);
  assert.equal(wait({ fading: 220, ending: "hanging" }), max_end_delay);
  assert.equal(wait({ fading: 40, language: 0.5 }), min_delay);
  assert.equal(wait({ fading: 140, language: 0.0005 }), max_end_delay);
});

Deno.test("who pauses often and long is given more time", () => {
  assert.ok(wait({ fading: 100, habit: { pause: 0, share: 0.7 } }) > wait({ fading: 100 }));
  assert.equal(wait({ fading: 60, habit: { pause: 700, share: 0 } }), 700 * defaults.habit_margin);
  assert.equal(wait({ fading: 60, habit: { pause: 5000, share: 0 } }), defaults.max_end_delay);
});

Deno.test("all numbers are settings", () => {
  assert.equal(wait({ fading: 400 }, { min_delay: 50 }), 50);
  assert.equal(wait({}, { max_end_delay: 2000 }), 2000);
  assert.equal(wait({}, { fading_weight: 0, stop_weight: 1 }), defaults.min_delay);
  assert.equal(wait({ fading: 0 }, { fading_weight: 0 }), defaults.min_delay);
  assert.equal(wait({ audio: 0.999 }, { audio_weight: 1 }), defaults.min_delay);
  assert.equal(wait({ fading: 140, language: 0.0005 }, { language_weight: 0 }), defaults.min_delay);
  assert.equal(wait({ fading: 40, language: 0.5 }, { language_usual: 1 }), defaults.max_end_delay);
  assert.equal(wait({}, { stop_weight: 5 }), defaults.min_delay);
});

Deno.test("whatever is said: never sooner than min_delay nor later than the longest delay; more evidence, less waiting", () => {
  const delay = fc.integer({ min: 0, max: 3000 });
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(
    fc.record({ min_delay: delay, unclear_delay: delay, max_end_delay: delay }),
    fc.record({
      ending: fc.constantFrom<Ending>("question", "answer", "stop", "loose", "number", "hanging"),
      habit: fc.record({ pause: delay, share: chance }),
      audio: fc.option(chance),
    }),
    fc.tuple(delay, delay),
    fc.tuple(chance, chance),
    (delays, witnesses, fadings, chances) => {
      const [less, more] = [Math.min, Math.max].map((pick) =>
        wait({ ...witnesses, fading: pick(...fadings), language: pick(...chances) }, delays)
      );
      assert.ok(more <= less);
      assert.ok(more >= delays.min_delay && less <= Math.max(delays.min_delay, delays.max_end_delay));
    },
  ));
});
