import assert from "node:assert/strict";
import { captions, type Conversation, converse, type Event, plain, SILENCE } from "./conversation.ts";

const user = (turn: number, text: string, final = true): Event => ({ type: "user", turn, text, final });
const reply = (turn: number, text: string, final = true, interrupted = false): Event => ({
  type: "reply",
  turn,
  text,
  final,
  interrupted,
});
const after = (events: Event[], from: Conversation = SILENCE) => events.reduce(converse, from);
const texts = (state: Conversation) => state.entries.map((entry) => `${entry.who}: ${entry.text}`);

Deno.test("conversation: partial words give way to the next ones of the same turn", () => {
  const state = after([user(1, "Hello", false), user(1, "Hello there", false), user(1, "Hello there.")]);
  assert.deepEqual(texts(state), ["user: Hello there."]);
  assert.equal(captions(state).user?.final, true);
  assert.equal(captions(after([user(1, "Hel", false)])).user?.final, false);
});

Deno.test("conversation: captions show one turn, the transcript all of them", () => {
  const state = after([user(1, "One?"), reply(1, "One."), user(2, "Two", false)]);
  assert.equal(captions(state).user?.text, "Two");
  assert.equal(captions(state).reply, null, "the old answer has gone");
  assert.deepEqual(texts(state), ["user: One?", "reply: One.", "user: Two"]);
});

Deno.test("conversation: an interrupted answer ends in a dash, also in the copy", () => {
  const state = after([user(1, "Why?"), reply(1, "Because the sky", true, true), user(2, "Stop.")]);
  const names = { user: "You: ", reply: "Avatar: ", dash: " —" };
  assert.equal(plain(state.entries, names), "You: Why?\nAvatar: Because the sky —\nYou: Stop.");
});

Deno.test("conversation: turn numbers that begin anew after a reconnection do not overwrite", () => {
  const state = after([
    { type: "connected" },
    user(1, "Before."),
    { type: "connected" },
    user(1, "After."),
  ]);
  assert.deepEqual(texts(state), ["user: Before.", "user: After."]);
  assert.notEqual(state.entries[0].key, state.entries[1].key);
});

Deno.test("conversation: an utterance without a word leaves nothing behind", () => {
  const state = after([user(1, "One?"), reply(1, "One."), user(2, "hm", false), user(2, "")]);
  assert.deepEqual(texts(state), ["user: One?", "reply: One."]);
});

Deno.test("conversation: a typed line shows until the server has it", () => {
  const typed = after([user(1, "One?"), reply(1, "One."), { type: "typed", text: "Two?" }]);
  assert.deepEqual(
    [captions(typed).user?.text, captions(typed).user?.final, captions(typed).reply],
    ["Two?", false, null],
  );
  const confirmed = converse(typed, user(2, "Two?"));
  assert.equal(captions(confirmed).user?.final, true);
  assert.equal(confirmed.typed, "");
});

Deno.test("conversation: clearing leaves the connection's count alone", () => {
  const state = after([{ type: "connected" }, user(1, "One?"), { type: "clear" }]);
  assert.deepEqual([state.entries, state.connection], [[], 1]);
  assert.deepEqual(captions(state), { user: null, reply: null });
});

Deno.test("conversation: a very long talk loses its oldest words", () => {
  const state = after(Array.from({ length: 1_200 }, (_, turn) => user(turn, `${turn}`)));
  assert.equal(state.entries.length, 1_000);
  assert.equal(state.entries.at(-1)?.text, "1199");
});
