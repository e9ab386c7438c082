import assert from "node:assert/strict";
import { askForAccount, fold, newPast, pastExchanges } from "./summary.ts";

const said = (...users: string[]) => users.map((user) => ({ user, reply: "Yes." }));
const few = (most: number) => (facts: string[]) => facts.length <= most;

Deno.test("summary: of each question the first sentence is kept, once", () => {
  const past = newPast();
  fold(past, said("My name is Ann. Nice to meet you.", "I have a dog.", "I have a dog."), few(9));
  fold(past, said("我叫小明。你好。"), few(9));
  assert.deepEqual(past.facts, ["My name is Ann.", "I have a dog.", "我叫小明。"]);
});

Deno.test("summary: what is too much goes, questions first, then what is not about the caller, of equals the oldest", () => {
  const all = said("My name is Ann.", "What is the sun?", "The sun is hot.", "I live in Rome.", "Why?");
  const kept = (most: number) => {
    const past = newPast();
    for (const one of all) fold(past, [one], few(most));
    return past.facts.join(" ");
  };
  assert.equal(kept(3), "My name is Ann. The sun is hot. I live in Rome.");
  assert.equal(kept(2), "My name is Ann. I live in Rome.");
  assert.equal(kept(1), "I live in Rome.");
  assert.equal(kept(0), "");
});

Deno.test("summary: the past is told in the language it was said in", () => {
  assert.deepEqual(pastExchanges(newPast()), []);
  assert.deepEqual(pastExchanges({ account: "You are Ann.", facts: ["I live in Rome."] }), [
    { user: "What have we talked about so far?", reply: "You are Ann." },
    { user: "Earlier I said: I live in Rome.", reply: "Yes, I remember." },
  ]);
  assert.equal(pastExchanges({ account: "", facts: ["我叫小明。"] })[0].user, "我之前说过：我叫小明。");
  assert.match(askForAccount(said("我叫小明。")), /总结/);
  assert.match(askForAccount(said("I am Ann.")), /Sum up/);
});
