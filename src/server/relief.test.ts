import assert from "node:assert/strict";
import { createRelief } from "./relief.ts";

function setUp() {
  let time = 1_000;
  const asked: string[] = [], relief = createRelief({ now: () => time });
  /** Pictures of one call at 25 a second; every `of`-th is late. */
  const run = (seconds: number, of: number) => {
    for (let i = 0; i < seconds * 25; i++, time += 40) relief.note(of > 0 && i % of === 0);
  };
  return { relief, asked, run, offer: (name: string) => relief.offer(() => asked.push(name)) };
}

Deno.test("relief: a page is asked when a twelfth of the pictures of five seconds are late, and only one", () => {
  const { asked, run, offer } = setUp();
  offer("a");
  offer("b");
  run(20, 20);
  assert.deepEqual(asked, []);
  run(5.5, 8);
  assert.deepEqual(asked, ["a"]);
});

Deno.test("relief: the next page is asked only when the first one was not enough", () => {
  const { asked, run, offer } = setUp();
  offer("a");
  offer("b");
  run(6, 1);
  assert.deepEqual(asked, ["a"]);
  run(3, 1);
  assert.deepEqual(asked, ["a"]);
  run(4, 1);
  assert.deepEqual(asked, ["a", "b"]);
  run(20, 1);
  assert.deepEqual(asked, ["a", "b"], "nobody is asked twice");
});

Deno.test("relief: a burst of a third of a second is no shortage, and nobody is asked who cannot draw", () => {
  const { asked, run, offer } = setUp();
  const withdraw = offer("a");
  run(10, 0);
  run(0.32, 1);
  run(10, 0);
  assert.deepEqual(asked, []);
  withdraw();
  run(10, 1);
  assert.deepEqual(asked, []);
});
