import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { clauseSplitter } from "../../audio/clauses.ts";
import { replyStream } from "./reply.ts";

function stream(cut: boolean, ...pieces: string[]): string[] {
  const reply = replyStream();
  return [...pieces.map((piece) => reply.push(piece)), reply.finish(cut)];
}

Deno.test("reply: the first sentence passes by words, the others whole", () => {
  assert.deepEqual(stream(false, " Hel", "lo th", "ere. How", " are", " you? I", " am."), [
    "",
    "Hello ",
    "there. ",
    "",
    "How are you? ",
    "",
    "I am.",
  ]);
});

Deno.test("reply: a short first sentence can be spoken when the next one begins, not when that ends", () => {
  const reply = replyStream();
  const splitter = clauseSplitter();
  const clauses = ["That", "'s", " wonderful", "!", " What", " did"].map((piece) =>
    splitter.push(reply.push(piece)).map(({ text }) => text)
  );
  assert.deepEqual(clauses, [[], [], [], [], ["That's wonderful!"], []]);
});

Deno.test("reply: a word with its comma does not wait for what follows, a figure does", () => {
  assert.deepEqual(stream(false, "Well", ",", " 1", ",", "000 of", " them"), [
    "",
    "Well,",
    " ",
    "",
    "1,000 ",
    "of ",
    "them",
  ]);
});

Deno.test("reply: a sentence torn by the limit is dropped", () => {
  assert.equal(stream(true, "I like cats. They are", " very").join(""), "I like cats. ");
  assert.equal(stream(true, "I like cats. So do you.").join(""), "I like cats. So do you.");
});

Deno.test("reply: a first sentence that is too long ends behind a whole word", () => {
  assert.equal(
    stream(true, "I like cats because they are soft and qui").join(""),
    "I like cats because they are soft and ",
  );
  assert.equal(stream(true, "Supercali").join(""), "Supercali");
});

Deno.test("reply: Chinese does not wait for spaces", () => {
  assert.deepEqual(stream(false, "你好", "，我", "是乔。很", "高兴"), [
    "你好",
    "，我",
    "是乔。",
    "",
    "很高兴",
  ]);
});

Deno.test("reply: nothing is lost or changed unless the model was cut", () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom(". ", "! ", " a ", "Mr. "));
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const whole = pieces.join("").trim();
    // White space at the end may have passed before it was known to be the end.
    assert.equal(stream(false, ...pieces).join("").trimEnd(), whole);
    assert.ok(whole.startsWith(stream(true, ...pieces).join("").trimEnd()));
  }));
});
