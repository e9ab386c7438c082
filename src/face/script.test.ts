import assert from "node:assert/strict";
import { createScript } from "./script.ts";

const smile = { name: "smile", start: 0.2 } as const, nod = { name: "nod", start: 1 } as const;
const names = (acts: { name: string }[]) => acts.map(({ name }) => name);
const reply = { turn: 1, epoch: 0 };

Deno.test("a direction is due once, when its moment has come", () => {
  const script = createScript();
  script.announce(reply, [], [smile, nod]);
  assert.deepEqual(names(script.due(reply, -1)), []);
  assert.deepEqual(names(script.due(reply, 0.1)), []);
  assert.deepEqual(names(script.due(reply, 0.21)), ["smile"]);
  assert.deepEqual(names(script.due(reply, 0.9)), []);
  assert.deepEqual(names(script.due(reply, 1)), ["nod"]);
  assert.deepEqual(names(script.end(1, false)), []);
  script.announce(reply, [], [smile, nod]);
  assert.deepEqual(names(script.due(reply, 1.5)), ["nod"], "a face that comes later does not make up for it");
});

Deno.test("a cancelled reply takes what was to come with it", () => {
  const script = createScript();
  script.announce(reply, [], [smile, nod]);
  assert.deepEqual(names(script.due({ turn: 1, epoch: 1 }, 1.5)), []);
  script.announce({ turn: 1, epoch: 1 }, [], [nod]);
  script.announce(reply, [], [smile]);
  assert.deepEqual(names(script.due({ turn: 1, epoch: 1 }, 1.5)), ["nod"]);
  script.announce({ turn: 1, epoch: 1 }, [], [smile]);
  assert.deepEqual(names(script.end(1, true)), []);
  assert.deepEqual(names(script.due({ turn: 1, epoch: 1 }, 1.5)), []);
});

Deno.test("what stood behind the last word is played at the end, and turns do not pile up", () => {
  const script = createScript();
  script.announce(reply, [], [nod]);
  assert.deepEqual(names(script.end(1, false)), ["nod"]);
  for (let turn = 2; turn < 9; turn++) script.announce({ turn, epoch: 0 }, [], [smile]);
  assert.deepEqual(names(script.end(4, false)), []);
  assert.deepEqual(names(script.end(8, false)), ["smile"]);
});

const spoken = (text: string) =>
  text.split(" ").map((word, i) => ({ text: word, start: i * 0.5, end: i * 0.5 + 0.4 }));

Deno.test("a reply without directions is acted mildly by its words, until it gives one", () => {
  const script = createScript();
  script.announce(reply, spoken("Hello, I am sorry. And what about all of you?"));
  assert.deepEqual(script.due(reply, 0.5), [{ name: "smile", start: 0, level: 0.6 }]);
  assert.deepEqual(script.due(reply, 5), [{ name: "ask", start: 4.5, level: 0.7 }]);
  script.announce(reply, spoken("Great!"), [nod]);
  script.announce(reply, spoken("Lovely, thanks."));
  assert.deepEqual(names(script.due(reply, 1)), ["nod"]);
});

Deno.test("hints are found in Chinese, which is timed by the character", () => {
  const script = createScript();
  const words = [..."很抱歉，你"].map((text, i) => ({ text, start: i, end: i + 1, glued: true as const }));
  script.announce(reply, words);
  assert.deepEqual(script.due(reply, 1), [{ name: "sad", start: 1, level: 0.45 }]);
});
