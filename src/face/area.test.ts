import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { fullIn } from "./area.ts";

Deno.test("a rectangle is full when each of its pixels is set, and never beyond the mask", () => {
  const width = 5, height = 3, mask = fc.uint8Array({ min: 0, max: 1, minLength: 15, maxLength: 15 });
  const x = fc.integer({ min: -1, max: 6 }), y = fc.integer({ min: -1, max: 4 });
  fc.assert(fc.property(mask, x, y, x, y, (set, x0, y0, x1, y1) => {
    let full = x0 >= 0 && y0 >= 0 && x1 > x0 && y1 > y0;
    for (let row = Math.max(0, y0); row < Math.min(y1, height); row++) {
      for (let column = Math.max(0, x0); column < Math.min(x1, width); column++) {
        full &&= set[row * width + column] === 1;
      }
    }
    const inside = x0 < width && y0 < height;
    assert.equal(fullIn(set, width, height)(x0, y0, x1, y1), full && inside);
  }));
  assert.equal(fullIn(new Uint8Array(15).fill(1), 5, 3)(0.2, 0.9, 1.1, 2.5), true);
});
