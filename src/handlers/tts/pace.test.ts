import assert from "node:assert/strict";
import { createPace } from "./pace.ts";
import { wordsOf } from "./writing.ts";

Deno.test("pace: every word is given once, in order, before it is heard", () => {
  const clause = createPace().clause(wordsOf("The quick brown fox jumps.", false));
  const early = clause.until(0.5);
  assert.ok(early.length > 0 && early.length < 5);
  assert.equal(early[0].start, 0);
  assert.ok(early.every(({ start }) => start < 0.5));
  const rest = clause.rest(1.6);
  assert.deepEqual([...early, ...rest].map(({ text }) => text), ["The", "quick", "brown", "fox", "jumps."]);
  for (
    const [before, after] of [...early, ...rest].entries().drop(1).map((
      [n, word],
    ) => [[...early, ...rest][n - 1], word])
  ) {
    assert.ok(before.end <= after.start + 1e-9);
  }
  assert.ok(Math.abs(rest.at(-1)!.end - 1.6) < 1e-9);
});

Deno.test("pace: a voice that is faster than thought loses no word and no time runs backwards", () => {
  const clause = createPace().clause(wordsOf("Extraordinarily complicated matters", false));
  const [early, rest] = [clause.until(0.2), clause.rest(0.3)];
  assert.equal(early.length + rest.length, 3);
  assert.ok(rest.every(({ start, end }) => end >= start));
});

Deno.test("pace: it learns how fast the voice is", () => {
  const pace = createPace();
  const words = wordsOf("one two three four five six", false);
  const halfway = () => {
    const clause = pace.clause(words);
    const count = clause.until(1.5).length;
    clause.rest(3);
    return count;
  };
  const first = halfway();
  for (let i = 0; i < 8; i++) halfway();
  assert.ok(first > 3, `${first} of 6 words in the first half of a slow clause`);
  assert.ok(Math.abs(halfway() - 3) <= 1);
});

Deno.test("pace: Chinese characters stay together in the caption", () => {
  const spans = createPace().clause(wordsOf("你好吗", false)).rest(1);
  assert.deepEqual(spans.map(({ text, glued }) => [text, glued]), [["你", undefined], ["好", true], [
    "吗",
    true,
  ]]);
});
