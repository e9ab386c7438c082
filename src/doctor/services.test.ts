import assert from "node:assert/strict";
import { judgeServices, reach } from "./services.ts";

Deno.test("services: any answer of HTTP will do, silence and refusal will not", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("key?", { status: 401 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}/v1`;
  assert.deepEqual(await reach("LLM", url), { handler: "LLM", url, answer: 401 });
  const dead = await reach("LLM", "http://127.0.0.1:9/");
  assert.equal(typeof dead.answer, "string");
  assert.equal(judgeServices([dead]).verdict, "bad");
  assert.match(judgeServices([dead]).found, /LLM: http:\/\/127\.0\.0\.1:9\//);
});

Deno.test("services: who never answers is not waited for", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { answer } = await reach("TTS", `http://127.0.0.1:${silent.addr.port}/`);
  assert.equal(answer, "no answer within 3 s");
});

Deno.test("services: their own failures are a warning", () => {
  assert.equal(judgeServices([{ handler: "a", url: "b", answer: 503 }]).verdict, "warning");
  assert.equal(judgeServices([{ handler: "a", url: "b", answer: 404 }]).verdict, "ok");
  assert.equal(judgeServices([]).verdict, "ok");
});
