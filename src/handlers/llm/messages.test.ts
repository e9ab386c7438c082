import assert from "node:assert/strict";
import { messagesFor, newDialogue, recall, rememberTurn, shorten, wholeQuestion } from "./messages.ts";

const plenty = { turns: 100, characters: 10_000 };
const turn = (user: string, heard: string, interrupted = false) => ({ user, heard, interrupted });

function after(turns: ReturnType<typeof turn>[], budget = plenty) {
  const dialogue = newDialogue();
  for (const each of turns) rememberTurn(dialogue, each, budget);
  return dialogue;
}

Deno.test("messages: history holds what was heard, and a question without an answer goes before the next", () => {
  const dialogue = after([turn("Hi", "Hello, I am", true), turn("What is the", "", true)]);
  assert.deepEqual(dialogue.exchanges, [{ user: "Hi", reply: "Hello, I am" }]);
  assert.equal(wholeQuestion(dialogue, "capital of France?"), "What is the capital of France?");
  assert.equal(wholeQuestion(after([turn("今天", "", true)]), "天气好吗"), "今天天气好吗");
  assert.equal(after([turn("Hi", "")]).unanswered, "", "a turn that failed is forgotten");
  assert.equal(after(Array.from({ length: 99 }, () => turn("words", "", true))).unanswered.length, 300);
});

Deno.test("messages: beyond the budget the older half is forgotten", () => {
  const turns = Array.from("abcde", (name) => turn(name, name.toUpperCase()));
  const left = (budget: typeof plenty) => after(turns, budget).exchanges.map(({ user }) => user).join("");
  assert.equal(left({ ...plenty, turns: 4 }), "de");
  assert.equal(left({ ...plenty, turns: 0 }), "");
  assert.equal(left({ ...plenty, characters: 9 }), "de");
});

Deno.test("messages: what was said before the call replaces all that was known, within the budget", () => {
  const dialogue = after([turn("a", "A"), turn("b", "", true)]);
  const before = Array.from("vwxyz", (user) => ({ user, reply: user.toUpperCase() }));
  recall(dialogue, before, { ...plenty, turns: 4 });
  assert.deepEqual(dialogue, { exchanges: before.slice(3), unanswered: "" });
});

Deno.test("messages: a prompt is made shorter until nothing can be left out", () => {
  const dialogue = after([turn("a", "A"), turn("b", "B")]);
  assert.equal(shorten(dialogue, "q"), "q");
  assert.deepEqual(dialogue.exchanges.map(({ user }) => user), ["b"]);
  assert.equal(shorten(dialogue, "q"), "q");
  assert.equal(shorten(dialogue, "x".repeat(300) + "the end")?.endsWith("the end"), true);
  assert.equal(shorten(dialogue, "q"), null);
});

Deno.test("messages: system, examples, history, question with its picture", () => {
  const head = { system: "S", examples: [{ user: "e", reply: "E" }] };
  const picture = "data:image/jpeg;base64,AA==";
  assert.deepEqual(messagesFor(head, after([turn("a", "A")]), "q", picture), [
    { role: "system", content: "S" },
    { role: "user", content: "e" },
    { role: "assistant", content: "E" },
    { role: "user", content: "a" },
    { role: "assistant", content: "A" },
    {
      role: "user",
      content: [{ type: "text", text: "q" }, { type: "image_url", image_url: { url: picture } }],
    },
  ]);
  assert.deepEqual(messagesFor({ system: "", examples: [] }, newDialogue(), "q", null), [
    { role: "user", content: "q" },
  ]);
});
