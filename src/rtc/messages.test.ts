import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { LONGEST, readMessage } from "./messages.ts";

Deno.test("the two messages of a page are read, and nothing but their own keys", () => {
  assert.deepEqual(readMessage('{"type":"text","text":"Hello","extra":1}'), { type: "text", text: "Hello" });
  assert.deepEqual(readMessage('{"type":"stop"}'), { type: "stop" });
  assert.deepEqual(readMessage(new TextEncoder().encode('{"type":"stop"}')), { type: "stop" });
});

Deno.test("what is wrong is said in words", () => {
  assert.equal(readMessage("stop"), "it is not JSON");
  assert.equal(readMessage("null"), "it is not an object");
  assert.equal(
    readMessage('{"type":"text","text":3}'),
    'a "text" message must have a "text" that is a string',
  );
  assert.equal(readMessage('{"type":"sing"}'), '"type" must be "text" or "stop"');
  assert.match(readMessage("x".repeat(LONGEST + 1)) as string, /^it has 16385 bytes, 16384 are allowed$/);
});

Deno.test("no bytes at all make it throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    assert.equal(typeof readMessage(bytes), "string");
  }));
  fc.assert(fc.property(fc.json(), (json) => void readMessage(json)));
});
