import assert from "node:assert/strict";
import { createCompositor } from "./composite.ts";
import { FACE } from "./sampling.ts";

const [WIDTH, HEIGHT] = [200, 160];
const grey = () => new Uint8Array(WIDTH * HEIGHT * 3 / 2).fill(128);
const white = new Float32Array(3 * FACE * FACE).fill(1);

Deno.test("composite: nothing is drawn outside the box, all of the face inside it", () => {
  const picture = grey();
  createCompositor(WIDTH, HEIGHT, { left: 41, top: 31, width: 90, height: 80 }).draw(white, picture);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const value = picture[y * WIDTH + x];
      if (x < 41 || x >= 131 || y < 31 || y >= 111) assert.equal(value, 128, `${x} ${y}`);
      else if (x >= 62 && x < 110 && y >= 52 && y < 90) assert.equal(value, 235, `${x} ${y}`);
      else assert.ok(value >= 128 && value <= 235);
    }
  }
});

Deno.test("composite: a kept region makes the picture that was drawn", () => {
  const { draw, cut, paste } = createCompositor(WIDTH, HEIGHT, {
    left: 10.4,
    top: 7.7,
    width: 99.5,
    height: 51.2,
  });
  const drawn = grey(), pasted = grey();
  draw(white, drawn);
  paste(cut(drawn), pasted);
  assert.notDeepEqual(drawn, grey());
  assert.deepEqual(pasted, drawn);
});

Deno.test("composite: a box that does not fit is refused", () => {
  const boxes = [{ left: -1, top: 0, width: 50, height: 50 }, { left: 0, top: 0, width: 201, height: 50 }, {
    left: 0,
    top: 0,
    width: 20,
    height: 50,
  }];
  for (const box of boxes) assert.throws(() => createCompositor(WIDTH, HEIGHT, box), RangeError);
});
