import assert from "node:assert/strict";
import { wordErrorRate, wordErrors, words } from "./word_error_rate.ts";

Deno.test("spelling does not count", () => {
  assert.deepEqual(words("Mr. Dashwood's cold-hearted 21st, 10 m & 342!"), [
    ..."mister dashwoods cold hearted 21st ten m and three hundred forty two".split(" "),
  ]);
  assert.equal(wordErrorRate("go forward ten meters", "Go forward, 10 meters."), 0);
});

Deno.test("words added, dropped and changed count one each", () => {
  assert.deepEqual(wordErrors("four of clubs seven of hearts", "Four of cloves, of the hearts"), {
    errors: 3,
    words: 6,
  });
  assert.equal(wordErrorRate("a b c d", "a x c d"), 0.25);
  assert.equal(wordErrorRate("a b", ""), 1);
  assert.equal(wordErrorRate("", "You"), 1);
  assert.equal(wordErrorRate("", ""), 0);
});
