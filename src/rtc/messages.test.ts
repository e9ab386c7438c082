import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { LONGEST, readMessage } from "./messages.ts";

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
  assert.equal(readMessage('{"type":"sing"}'), '"type" must be "text", "stop" or "memory"');
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

Deno.test("no text at all makes it throw", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void readMessage(text)));
  fc.assert(fc.property(fc.json(), (json) => void readMessage(json)));
});
