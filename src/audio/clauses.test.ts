import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { breaks, clauseSplitter, sentenceEnd, withoutMarks } from "./clauses.ts";

function split(...deltas: string[]) {
  const splitter = clauseSplitter();
  return [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.finish()];
}
const texts = (...deltas: string[]) => split(...deltas).map((clause) => clause.text);
const bare = (text: string) => text.replace(/\s/g, "");

/** Replies made of what makes trouble: marks, quotes, numbers, abbreviations, scripts, halves of pairs, anything. */
const reply = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...'Hello| Hello, world.|Mr. Smith| e.g. this|3.14| 1,000|10:30|J. R. Smith|https://a.b/c?d=1, |!?" |…|\n'
        .split(
          "|",
        ),
      ..."你好，我是乔。|很高兴！？」|नमस्ते। क्‍ष|مرحبا،|👍🏽|👩‍👩‍👧|**bold**|# |`x_y`|\uD83D|\uDE00|©| the| a| of"
        .split("|"),
    ),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.lorem({ maxCount: 9 }),
  ),
  { maxLength: 30 },
).map((parts) => parts.join(" ".repeat(parts.length % 2)));

/** The reply with the places where it is broken into deltas. */
const broken = fc.tuple(reply, fc.array(fc.nat(400), { maxLength: 40 }));

function deltas(text: string, places: number[]): string[] {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return cuts.slice(1).map((cut, i) => text.slice(cuts[i], cut));
}

Deno.test("clauses joined are the reply without its unspoken marks", () => {
  fc.assert(fc.property(broken, ([text, places]) => {
    assert.equal(bare(texts(...deltas(text, places)).join("")), bare(withoutMarks(text)));
  }));
});

Deno.test("clauses do not depend on how the reply was broken into deltas", () => {
  fc.assert(fc.property(broken, ([text, places]) => {
    assert.deepEqual(split(...deltas(text, places)), split(text));
    assert.deepEqual(split(...text.split("")), split(text));
  }));
});

Deno.test("no clause is empty or longer than two limits", () => {
  fc.assert(fc.property(reply, (text) => {
    for (const clause of texts(text)) {
      assert.notEqual(clause, "");
      // A run of marks is never torn, so it may come on top.
      assert.ok(clause.replace(/[^\p{L}\p{N}]+/gu, "").length <= 321, clause);
    }
  }));
});

Deno.test("the first clause comes as soon as its mark is followed by a space", () => {
  const splitter = clauseSplitter();
  assert.deepEqual(splitter.push("Hello!"), []);
  assert.deepEqual(splitter.push(" I"), [{ text: "Hello!", end: "sentence" }]);
  assert.deepEqual(splitter.push(" am Joe, your friend."), []);
  assert.deepEqual(splitter.push(" Ask"), [{ text: "I am Joe, your friend.", end: "sentence" }]);
  assert.deepEqual(splitter.finish(), [{ text: "Ask", end: "sentence" }]);
});

Deno.test("the first clause ends at a comma behind a letter at once, behind a figure only before a space", () => {
  const splitter = clauseSplitter();
  assert.deepEqual(splitter.push("Sure,"), [{ text: "Sure,", end: "phrase" }]);
  assert.deepEqual(splitter.push(" I can, yes,"), [], "later clauses are whole sentences");
  const figure = clauseSplitter();
  assert.deepEqual(figure.push("It has 1,"), []);
  assert.deepEqual(figure.push("000, "), [{ text: "It has 1,000,", end: "phrase" }]);
  const quote = clauseSplitter();
  assert.deepEqual(quote.push('"Yes," she said. '), [
    { text: '"Yes,', end: "phrase" },
    { text: '" she said.', end: "sentence", glued: true },
  ]);
});

Deno.test("a first clause without a mark ends after six words, but not behind a word that leans on the next", () => {
  assert.deepEqual(split("one two three four five six seven eight."), [
    { text: "one two three four five six", end: "cut" },
    { text: "seven eight.", end: "sentence" },
  ]);
  assert.deepEqual(texts("Paris is a city in the north of France."), [
    "Paris is a city",
    "in the north of France.",
  ]);
});

Deno.test("later clauses are whole sentences, long ones are cut at a comma", () => {
  assert.deepEqual(texts("Sure. Well, I like cats, dogs, and birds. And you?"), [
    "Sure.",
    "Well, I like cats, dogs, and birds.",
    "And you?",
  ]);
  const long = "so " + "on and ".repeat(8) + "on, " + "then ".repeat(20) + "end.";
  assert.deepEqual(split("Yes. " + long).map((clause) => clause.end), ["sentence", "phrase", "sentence"]);
});

Deno.test("numbers, times, abbreviations, initials and addresses are not torn", () => {
  for (
    const text of [
      "Pi is 3.14 or so.",
      "It costs 1,000 euros.",
      "Come at 10:30 today.",
      "Dr. Smith and Mrs. Jones came.",
      "Eat fruit e.g. apples.",
      "J. R. R. Tolkien wrote it.",
      "At 5 p.m. we eat.",
      "See https://a.b/c?d=1:2 now.",
      "1. Boil the water.",
    ]
  ) assert.deepEqual(texts(text), [text]);
});

Deno.test("Chinese is cut at its own marks and never stripped", () => {
  assert.deepEqual(texts("你好，我是", "乔。很高兴认识你！你呢？"), [
    "你好，",
    "我是乔。",
    "很高兴认识你！",
    "你呢？",
  ]);
});

Deno.test("a Chinese or Japanese mark ends its clause at once", () => {
  const splitter = clauseSplitter();
  assert.deepEqual(splitter.push("你好，"), [{ text: "你好，", end: "phrase" }]);
  assert.deepEqual(splitter.push("我是乔。"), [{ text: "我是乔。", end: "sentence", glued: true }]);
  assert.deepEqual(splitter.push("他说：“好的！"), [{ text: "他说：“好的！", end: "sentence", glued: true }]);
  assert.deepEqual(splitter.push("”然后走了。"), [{ text: "”然后走了。", end: "sentence", glued: true }]);
  assert.deepEqual(splitter.push(" そうです。"), [{ text: "そうです。", end: "sentence" }]);
  assert.deepEqual(splitter.push("Yes."), [], "a Latin one may be an abbreviation's");
});

Deno.test("a first Chinese clause without a mark ends after some twelve characters, between two words", () => {
  assert.deepEqual(split("今天天气很好我们一起去公园散步吧"), [
    { text: "今天天气很好我们一起去", end: "cut" },
    { text: "公园散步吧", end: "sentence", glued: true },
  ]);
  assert.deepEqual(texts("今天天气很好我们一起去公园吧。走吧"), ["今天天气很好我们一起去公园吧。", "走吧"]);
  assert.deepEqual(texts("今天天气很好我们一起去公园"), ["今天天气很好我们一起去公园"], "no stub is left");
});

Deno.test("clauses joined by spaces where they are not glued are the reply to the letter", () => {
  const written = (text: string) =>
    split(text).map((clause, i) => (i > 0 && !clause.glued ? " " : "") + clause.text).join("");
  for (
    const text of [
      "你好，我是乔。很高兴！ 认识 OpenAI 的“模型”。对吗？",
      '"Yes," she said. Well... 好的。OK, then.',
    ]
  ) assert.equal(written(text), text);
  const spaces = (text: string) => withoutMarks(text).replace(/\s+/g, " ").trim();
  fc.assert(fc.property(reply, (text) => assert.equal(written(text), spaces(text))));
});

Deno.test("marks and emoji are not spoken, other scripts and signs stay", () => {
  assert.equal(withoutMarks("**Hi** 👩‍👩‍👧👍🏽 _you_ `x` 1️⃣ 🇫🇷© क्‍ष"), "Hi  you x 1 © क्‍ष");
  assert.deepEqual(texts("\uD83D", "\uDE00 Hi! # 1"), ["Hi!", "1"]);
});

Deno.test("a reply that is nothing but marks is not lost", () => {
  assert.deepEqual(texts("...", " !"), ["... !"]);
});

Deno.test("the end of the last complete sentence is found", () => {
  assert.equal(sentenceEnd("One. Two? Thr", false), 9);
  assert.equal(sentenceEnd("One. Two?", false), 4);
  assert.equal(sentenceEnd("One. Two?", true), 9);
  assert.equal(sentenceEnd("Mr. Smith", true), 0);
  assert.deepEqual([...breaks('He said "no," and left.', true)], [{ at: 13, sentence: false }, {
    at: 23,
    sentence: true,
  }]);
});
