import assert from "node:assert/strict";
import { REMEMBERED, REMEMBERED_LENGTH } from "../rtc/signalling.ts";
import { converse, SILENCE } from "./conversation.ts";
import { exchangesOf, openMemory, readMemory } from "./memory.ts";

function talk(turns: number) {
  let state = converse(SILENCE, { type: "connected" });
  for (let turn = 1; turn <= turns; turn++) {
    state = converse(state, { type: "user", turn, text: `Question ${turn}`, final: true });
    state = converse(state, { type: "reply", turn, text: `Answer ${turn}`, final: true, interrupted: false });
  }
  return state;
}

Deno.test("memory: questions with their answers, the newest few", () => {
  assert.deepEqual(exchangesOf(talk(2).entries), [
    { user: "Question 1", reply: "Answer 1" },
    { user: "Question 2", reply: "Answer 2" },
  ]);
  const many = exchangesOf(talk(REMEMBERED + 3).entries);
  assert.deepEqual([many.length, many.at(-1)!.user], [REMEMBERED, `Question ${REMEMBERED + 3}`]);
});

Deno.test("memory: a question without an answer yet is none; a long one is cut", () => {
  let state = talk(1);
  state = converse(state, { type: "user", turn: 2, text: "😀".repeat(1000), final: true });
  assert.equal(exchangesOf(state.entries).length, 1);
  state = converse(state, { type: "reply", turn: 2, text: "Well", final: true, interrupted: true });
  assert.equal([...exchangesOf(state.entries)[1].user].length, REMEMBERED_LENGTH);
});

Deno.test("memory: kept, forgotten, and of what is damaged only what is right", () => {
  const kept = new Map<string, string>();
  const memory = openMemory(() => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }));
  memory.keep([{ user: "Hi", reply: "Hello" }]);
  assert.deepEqual(memory.recall(), [{ user: "Hi", reply: "Hello" }]);
  memory.forget();
  assert.deepEqual([memory.recall(), kept.size], [[], 0]);
  assert.deepEqual(readMemory("{"), []);
  assert.deepEqual(readMemory('{"user":"a"}'), []);
  assert.deepEqual(readMemory('[null,{"user":1},{"user":"a","reply":"b","more":1}]'), [{
    user: "a",
    reply: "b",
  }]);
});

Deno.test("memory: a browser that forbids storage remembers nothing, and fails at nothing", () => {
  const memory = openMemory(() => {
    throw new DOMException("forbidden", "SecurityError");
  });
  memory.keep([{ user: "Hi", reply: "Hello" }]);
  memory.forget();
  assert.deepEqual(memory.recall(), []);
});
