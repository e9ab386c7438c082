import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { pieces } from "./delivery.ts";

Deno.test("delivery: a clause is divided without gaps, the first pieces small, none large", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 3000 }), (frames) => {
    const parts = pieces(frames);
    assert.equal(parts[0].from, 0);
    assert.equal(parts.at(-1)!.to, frames);
    assert.ok(parts[0].to <= 16);
    assert.ok(parts.length < 2 || parts[1].to <= 40);
    for (const [i, { from, to }] of parts.entries()) {
      assert.ok(to > from && to - from <= 48);
      assert.ok(i === 0 || from === parts[i - 1].to);
    }
  }));
});
