import assert from "node:assert/strict";
import { events } from "./sse.ts";

async function read(text: string, cut: number): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += cut) yield await Promise.resolve(bytes.slice(at, at + cut));
  };
  return await Array.fromAsync(events(pieces()));
}

Deno.test("sse: events are the same however the bytes are cut", async () => {
  const text =
    'data: {"a":"ü—界"}\n\n: ping\r\n\r\ndata:two\r\ndata: lines\r\n\r\nevent: x\nid: 3\ndata: \n\ndata: [DONE]\n\n';
  for (const cut of [1, 2, 3, 7, 1000]) {
    assert.deepEqual(await read(text, cut), ['{"a":"ü—界"}', "two\nlines", "", "[DONE]"], `cut ${cut}`);
  }
});

Deno.test("sse: the last event counts without its blank line, and CR alone ends a line", async () => {
  assert.deepEqual(await read("data: a\r\rdata: b", 1), ["a", "b"]);
  assert.deepEqual(await read("", 1), []);
});
