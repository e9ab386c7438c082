import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { LONGEST, readFace, readMessage } from "./messages.ts";

Deno.test("the messages of a page are read, and nothing but their own keys", () => {
  assert.deepEqual(readMessage('{"type":"text","text":"Hello","extra":1}'), { type: "text", text: "Hello" });
  assert.deepEqual(readMessage('{"type":"stop"}'), { type: "stop" });
});

Deno.test("what is wrong is said in words", () => {
  assert.equal(readMessage("stop"), "it is not JSON");
  assert.equal(readMessage("null"), "it is not an object");
  assert.equal(
    readMessage('{"type":"text","text":3}'),
    'a "text" message must have a "text" that is a string',
  );
  assert.equal(
    readMessage('{"type":"sing"}'),
    '"type" must be "text", "stop", "memory", "avatar", "calm", "able" or "draw"',
  );
  assert.match(
    readMessage("x".repeat(LONGEST + 1)) as string,
    /^it is 16385 characters long, 16384 are allowed$/,
  );
});

Deno.test("what was said before is bounded, and nothing but its own keys", () => {
  const read = (exchanges: unknown) => readMessage(JSON.stringify({ type: "memory", exchanges }));
  const exchange = { user: "Hi", reply: "Hello" };
  assert.deepEqual(read([{ ...exchange, more: 1 }]), { type: "memory", exchanges: [exchange] });
  assert.equal(read("all"), '"exchanges" must be a list of 12 at most');
  assert.equal(read(Array(13).fill(exchange)), '"exchanges" must be a list of 12 at most');
  for (const wrong of [null, {}, { user: "Hi" }, { user: "Hi", reply: "x".repeat(301) }]) {
    assert.equal(read([wrong]), 'an exchange must have a "user" and a "reply" of 300 characters at most');
  }
});

Deno.test("a face is chosen by plain names only", () => {
  const read = (rest: object) => readMessage(JSON.stringify({ type: "avatar", ...rest }));
  const face = { avatar: "mira", background: "own" };
  assert.deepEqual(read({ ...face, more: 1 }), { type: "avatar", ...face });
  assert.deepEqual(readFace(face), face);
  assert.ok(readFace({ ...face, avatar: "20250408/P1lXrpJL507-PZ4hMPutyF7A" }));
  for (
    const avatar of [
      "",
      "../mira",
      "a/../b",
      "a/b/c",
      "/b",
      "a/",
      "a\\b",
      ".hidden",
      "x".repeat(65),
      3,
      null,
      ["mira"],
    ]
  ) {
    assert.match(read({ ...face, avatar }) as string, /that are names$/, String(avatar));
    assert.equal(readFace({ ...face, avatar }), undefined);
  }
  assert.equal(readFace(undefined), undefined);
});

Deno.test("little motion is wished for with true or false", () => {
  assert.deepEqual(readMessage('{"type":"calm","on":true,"more":1}'), { type: "calm", on: true });
  assert.equal(readMessage('{"type":"calm","on":1}'), 'a "calm" message must have an "on", true or false');
});

Deno.test("who shall draw is the page or the server, and a page is able or not", () => {
  assert.deepEqual(readMessage('{"type":"draw","by":"page","more":1}'), { type: "draw", by: "page" });
  assert.deepEqual(readMessage('{"type":"draw","by":"server"}'), { type: "draw", by: "server" });
  assert.match(readMessage('{"type":"draw","by":"me"}') as string, /"page" or "server"$/);
  assert.deepEqual(readMessage('{"type":"able","on":false}'), { type: "able", on: false });
  assert.match(readMessage('{"type":"able"}') as string, /^an? "able" message must have an "on"/);
});

Deno.test("no text at all makes it throw", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void readMessage(text)));
  fc.assert(fc.property(fc.json(), (json) => void readMessage(json)));
});
