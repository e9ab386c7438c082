import assert from "node:assert/strict";
import type { WordSpan } from "../../engine/frame.ts";
import { wording } from "./wording.ts";

const joined = (spans: WordSpan[]) =>
  spans.map(({ text, glued }, n) => n === 0 || glued ? text : ` ${text}`).join("");
const inOrder = (spans: WordSpan[]) => {
  spans.forEach(({ start, end }, n) => assert.ok(start <= end && start >= (spans[n - 1]?.start ?? 0)));
};

Deno.test("wording: text and sound that come together share the time", () => {
  const words = wording();
  words.text("Hello the");
  words.text("re, my friend.");
  const spans = words.sound(2, true);
  assert.equal(joined(spans), "Hello there, my friend.");
  assert.equal(spans[0].start, 0);
  assert.ok(Math.abs(spans.at(-1)!.end - 2) < 1e-9);
  inOrder(spans);
});

Deno.test("wording: text that runs ahead of the sound is given out word by word, and all of it", () => {
  const words = wording();
  words.text("One two three four five six seven eight nine ten eleven twelve.");
  const early = words.sound(0.5, false);
  assert.ok(early.length >= 1 && early.length < 6, joined(early));
  const spans = [...early];
  for (let n = 0; n < 4; n++) spans.push(...words.sound(0.5, false));
  spans.push(...words.finish());
  assert.equal(joined(spans), "One two three four five six seven eight nine ten eleven twelve.");
  assert.ok(spans.every(({ start }) => start <= 2.5));
  inOrder(spans);
});

Deno.test("wording: a torn word waits, and text that comes late goes on where the voice is", () => {
  const words = wording();
  words.text("Good mor");
  assert.equal(joined(words.sound(1, false)), "Good");
  words.text("ning to you");
  const later = [...words.sound(1, false), ...words.finish()];
  assert.equal(joined(later), "morning to you");
  assert.ok(later[0].start >= 0.3, `${later[0].start}`);
});

Deno.test("wording: Chinese is timed by the character and keeps its marks, Markdown's are left out", () => {
  const words = wording();
  words.text("你好");
  words.text("，**我");
  words.text("是**乔。");
  const spans = words.sound(1.2, true);
  assert.equal(joined(spans), "你好，我是乔。");
  assert.deepEqual(spans.map(({ text }) => text), ["你", "好，", "我", "是", "乔。"]);
});

Deno.test("wording: directions in pieces are not shown, and are due with the words after them", () => {
  const words = wording();
  for (const delta of ["Hello [sm", "ile] my fri", "end. [nod]"]) words.text(delta);
  const spans = [...words.sound(1, true), ...words.finish()];
  assert.equal(joined(spans), "Hello my friend.");
  assert.deepEqual(words.cues(spans), [{ name: "smile", start: spans[1].start }]);
  assert.deepEqual(words.cues([], 1), [{ name: "nod", start: 1 }]);
});
