/** Every step against NumPy, SciPy and OpenCV (`tests/lite_reference.py`); tests/lite_reference.test.ts asks them anew. */
import assert from "node:assert/strict";
import { FARTHEST, ownSteps } from "../../../tests/lite_steps.ts";
import reference from "./reference.json" with { type: "json" };

Deno.test("lite avatar: each step makes what the original's does", () => {
  const own = ownSteps();
  const { _: _about, ...steps } = reference;
  assert.deepEqual(Object.keys(steps).sort(), Object.keys(own).sort());
  for (const [name, [every, first, values]] of Object.entries(steps)) {
    const picked = own[name].filter((_, n) => n % (every as number) === first);
    const expected = values as number[];
    assert.equal(picked.length, expected.length, name);
    const far = picked.reduce((most, value, n) => Math.max(most, Math.abs(value - expected[n])), 0);
    // The reference is written with six digits.
    assert.ok(far <= FARTHEST[name] + 1e-6, `${name}: ${far}`);
  }
});
