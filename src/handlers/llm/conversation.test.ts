import assert from "node:assert/strict";
import {
  beginningFor,
  chatItems,
  historyOf,
  newConversation,
  promptFor,
  recall,
  remember,
  surplus,
} from "./conversation.ts";
import { newPast } from "./summary.ts";

function after(...turns: [user: string, heard: string, interrupted: boolean][]) {
  const conversation = newConversation();
  for (const [user, heard, interrupted] of turns) remember(conversation, { user, heard, interrupted });
  return conversation;
}
const roomy = { fits: () => true, brief: () => true };

Deno.test("conversation: the oldest exchanges are surplus, several at once", () => {
  const counts = (keep: number) =>
    [0, 1, 2, 3, 4, 5].map((length) =>
      surplus({ ...newConversation(), exchanges: Array(length).fill({ user: "a", reply: "A" }) }, keep)
    );
  assert.deepEqual(counts(2), [0, 0, 0, 0, 2, 3]);
  assert.deepEqual(counts(1), [0, 0, 1, 2, 3, 4]);
  assert.deepEqual(counts(0), [0, 1, 2, 3, 4, 5]);
});

Deno.test("conversation: the last word of a transcript that still grows is not relied on", () => {
  const conversation = after(["Tell me", "", true]);
  assert.equal(beginningFor(conversation, "what is the cap."), "Tell me what is the");
  assert.equal(beginningFor(conversation, "what"), "Tell me");
  assert.equal(beginningFor(newConversation(), " "), "");
});

Deno.test("conversation: a reply that was cut counts as far as it was heard, without a mark that the model would copy", () => {
  assert.equal(after(["a", "The capital of", true]).exchanges[0].reply, "The capital of");
  assert.equal(after(["a", "It is Paris.", true]).exchanges[0].reply, "It is Paris.");
});

Deno.test("conversation: words without an answer go in front of the next ones", () => {
  const conversation = after(["What is the", "", true]);
  assert.deepEqual(conversation, { past: newPast(), exchanges: [], unanswered: "What is the" });
  assert.deepEqual(promptFor([], conversation, "capital of France?", roomy), [
    { type: "user", text: "What is the capital of France?" },
  ]);
  remember(conversation, { user: "capital of France?", heard: "Paris.", interrupted: false });
  assert.deepEqual(conversation, {
    past: newPast(),
    exchanges: [{ user: "What is the capital of France?", reply: "Paris." }],
    unanswered: "",
  });
});

Deno.test("conversation: words without an answer do not pile up, a turn that failed is forgotten", () => {
  const noisy = after(
    ...Array.from({ length: 50 }, () => ["some words again", "", true] as [string, string, boolean]),
  );
  assert.equal(noisy.unanswered.length, 300);
  assert.deepEqual(after(["a", "", false]), newConversation());
});

Deno.test("conversation: what does not fit is folded, then forgotten, oldest first, then the start of the question", () => {
  const prefix = [{ type: "system", text: "S" }] as const;
  const size = (prompt: unknown[]) => JSON.stringify(prompt).length;
  const long = "Well, a very long answer it is. ".repeat(9);
  const three = () => after(["I am Ann.", long, false], ["b", "B", false]);
  const within = (most: number) => ({ fits: (prompt: unknown[]) => size(prompt) <= most, brief: () => true });
  const whole = size(promptFor(prefix, three(), "q", roomy));

  const shorter = three();
  const prompt = promptFor(prefix, shorter, "q", within(whole - 1));
  assert.equal(JSON.stringify(prompt[1]), '{"type":"user","text":"Earlier I said: I am Ann."}');
  assert.equal(prompt.length, 6);
  assert.deepEqual(shorter.exchanges, [{ user: "b", reply: "B" }]);

  const cut = promptFor(prefix, three(), "x".repeat(900) + "the end", within(300));
  assert.equal(cut.length, 2);
  assert.match(JSON.stringify(cut), /x+the end/);
  const none = { fits: () => false, brief: () => true };
  assert.deepEqual(promptFor(prefix, three(), "q", none), [...prefix, { type: "user", text: "" }]);
});

Deno.test("conversation: what was said before the call takes the place of all that was known", () => {
  const conversation = newConversation();
  remember(conversation, { user: "Old?", heard: "Old.", interrupted: false });
  recall(conversation, [{ user: "I am Anna.", reply: "Hello, Anna." }]);
  assert.deepEqual(historyOf(conversation), chatItems([{ user: "I am Anna.", reply: "Hello, Anna." }]));
  recall(conversation, []);
  assert.deepEqual(historyOf(conversation), []);
});
