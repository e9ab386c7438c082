import assert from "node:assert/strict";
import { beginningFor, newConversation, promptFor, remember } from "./conversation.ts";

function after(...turns: [user: string, heard: string, interrupted: boolean][]) {
  const conversation = newConversation();
  for (const [user, heard, interrupted] of turns) remember(conversation, { user, heard, interrupted }, 2);
  return conversation;
}
const always = () => true;

Deno.test("conversation: the newest exchanges are kept, the others forgotten several at once", () => {
  const names = (text: string, keep: number) => {
    const conversation = newConversation();
    for (const user of text) {
      remember(conversation, { user, heard: user.toUpperCase(), interrupted: false }, keep);
    }
    return conversation.exchanges.map(({ user, reply }) => user + reply).join(" ");
  };
  assert.equal(names("abc", 2), "aA bB cC");
  assert.equal(names("abcd", 2), "cC dD");
  assert.equal(names("abcde", 2), "cC dD eE");
  assert.equal(names("ab", 1), "bB");
  assert.equal(names("a", 0), "");
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
  assert.deepEqual(conversation, { exchanges: [], unanswered: "What is the" });
  assert.deepEqual(promptFor([], conversation, "capital of France?", always), [
    { type: "user", text: "What is the capital of France?" },
  ]);
  remember(conversation, { user: "capital of France?", heard: "Paris.", interrupted: false }, 2);
  assert.deepEqual(conversation, {
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

Deno.test("conversation: what does not fit is forgotten, oldest first, then the start of the question", () => {
  const prefix = [{ type: "system", text: "S" }] as const;
  const size = (prompt: unknown[]) => JSON.stringify(prompt).length;
  const three = () => after(["a", "A", false], ["b", "B", false]);
  const whole = size(promptFor(prefix, three(), "q", always));
  const shorter = three();
  assert.equal(promptFor(prefix, shorter, "q", (prompt) => size(prompt) < whole).length, 4);
  assert.deepEqual(shorter.exchanges, [{ user: "b", reply: "B" }]);
  const cut = promptFor(prefix, three(), "x".repeat(900) + "the end", (prompt) => size(prompt) < 300);
  assert.equal(cut.length, 2);
  assert.match(JSON.stringify(cut), /x+the end/);
  assert.deepEqual(promptFor(prefix, three(), "q", () => false), [...prefix, { type: "user", text: "" }]);
});
