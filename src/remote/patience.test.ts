import assert from "node:assert/strict";
import { createPatience } from "./patience.ts";

const { signal: never } = new AbortController();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const body = (...delays: number[]) =>
  new Response(ReadableStream.from((async function* () {
    for (const ms of delays) {
      await pause(ms);
      yield Uint8Array.of(1);
    }
  })()));

Deno.test("patience: it is over when nothing has come in time", async () => {
  using patience = createPatience("http://h:1", 30, 1000, never);
  await pause(80);
  assert.ok(patience.signal.aborted);
  assert.equal(patience.signal.reason.message, "h:1 sent nothing for 0.03 s");
  assert.ok(patience.signal.reason.late);
});

Deno.test("patience: pieces that are not what is waited for do not prolong it", async () => {
  using patience = createPatience("http://h:1", 60, 1000, never);
  for await (const _ of patience.read(body(20, 20, 20, 20))) if (patience.signal.aborted) break;
  assert.ok(patience.signal.aborted);
});

Deno.test("patience: time in which nobody reads does not count", async () => {
  using patience = createPatience("http://h:1", 1000, 60, never);
  for await (const _ of patience.read(body(0, 10, 10))) {
    patience.heard();
    await pause(100);
  }
  assert.ok(!patience.signal.aborted);
});

Deno.test("patience: without a body to read, each sign of life counts", async () => {
  using patience = createPatience("http://h:1", 60, 60, never);
  for (let i = 0; i < 4; i++) {
    await pause(30);
    patience.heard();
  }
  assert.ok(!patience.signal.aborted);
  await pause(100);
  assert.ok(patience.signal.aborted);
});
