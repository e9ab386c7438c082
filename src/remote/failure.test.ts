import assert from "node:assert/strict";
import { breakdown, complaint, RemoteError } from "./failure.ts";

Deno.test("failure: one line with host, status and the server's own words, never the key", () => {
  const body = JSON.stringify({
    error: { message: "Incorrect API key\nprovided: sk-1234.", code: "invalid_api_key" },
  });
  const error = complaint("host:1", 401, body, "sk-1234");
  assert.equal(error.message, "host:1 answered 401: Incorrect API key provided: ….");
  assert.deepEqual([error.passing, error.tooLong, error.code], [false, false, "invalid_api_key "]);
  assert.equal(complaint("h", 422, '{"detail":"no voice"}', null).message, "h answered 422: no voice");
  assert.equal(complaint("h", 502, "<html>Bad gateway</html>", null).message, "h answered 502");
  assert.equal(complaint("h", 500, "plain words", null).message, "h answered 500: plain words");
  assert.ok(complaint("h", 500, "x".repeat(9999), null).message.length < 400);
});

Deno.test("failure: a prompt that is too long is known by all the names it goes by", () => {
  const said = (status: number, error: object) =>
    complaint("h", status, JSON.stringify({ error }), null).tooLong;
  assert.ok(said(400, { type: "exceed_context_size_error", message: "the request exceeds" }));
  assert.ok(said(400, { code: "context_length_exceeded", message: "x" }));
  assert.ok(said(400, { message: "This model's maximum context length is 4096 tokens." }));
  assert.ok(!said(400, { message: "bad temperature" }));
  assert.ok(!said(500, { code: "context_length_exceeded" }));
});

Deno.test("failure: what may pass is told from what will not", () => {
  const passing = (status: number) => new RemoteError("", { status }).passing;
  assert.deepEqual([429, 500, 503].map(passing), [true, true, true]);
  assert.deepEqual([400, 401, 404, 501].map(passing), [false, false, false, false]);
  assert.ok(
    breakdown("h", new TypeError("x", { cause: new Error("Connection refused (os error 111)") }), null)
      .passing,
  );
});
