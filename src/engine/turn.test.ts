import assert from "node:assert/strict";
import type { WordSpan } from "./frame.ts";
import { heard, lastSpoken, startTurn } from "./turn.ts";

/** A turn whose words take a second each; those after a "+" are glued to the one before. */
function spoken(words: string[], played: number) {
  const turn = startTurn({ number: 1, user: "", typed: false, stopped: 0 });
  turn.words = words.map((word, n): WordSpan => {
    const span = { text: word.replace("+", ""), start: n, end: n + 1 };
    return word.startsWith("+") ? { ...span, glued: true } : span;
  });
  turn.played = played;
  return turn;
}

Deno.test("what was heard is joined as it was written", () => {
  assert.equal(heard(spoken(["One", "two,", "three."], Infinity)), "One two, three.");
  assert.equal(heard(spoken(["你", "+好，", "+世", "+界。", "OK"], Infinity)), "你好，世界。 OK");
  assert.equal(heard(spoken(["你", "+好，", "+世", "+界。"], 1.5)), "你好，");
  assert.equal(heard(spoken(["你"], 0)), "");
});

Deno.test("the last words begin with no space, wherever the text is cut", () => {
  assert.equal(lastSpoken(spoken(["One", "two", "three", "four"], 7.5)), "three four");
  assert.equal(lastSpoken(spoken(["一", "+二", "+三", "+四"], 7.5)), "三四");
});
