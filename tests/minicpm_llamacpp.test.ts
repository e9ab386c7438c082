/** `S2S_MiniCPM` against llama.cpp's real server, which has no ears: what it is sent is understood all the same. */
import assert from "node:assert/strict";
import { talk, textOf } from "./conversing.ts";
import { type Served, startChat } from "./servers.ts";

let chat: Served;
Deno.test.beforeAll(async () => {
  chat = await startChat({ pictures: true });
});
Deno.test.afterAll(async () => await chat[Symbol.asyncDispose]());

Deno.test("minicpm, real llama.cpp: typed lines and pictures are answered, a model without ears is a fault with its reason", async () => {
  await using talking = await talk(chat, {
    enable_video_input: true,
    max_tokens: 24,
    temperature: 0,
    timeout: 30,
  });
  const line = { kind: "text.user", text: "What is the capital of France?", final: true } as const;
  assert.match(textOf(await talking.give(line, { turn: 1, at: 10_000 })), /France/);
  const data = await Deno.readFile(new URL("../docs/images/call.jpg", import.meta.url));
  await talking.give({ kind: "image.user", data, width: 2, height: 2 }, { at: 20_000 });
  const seen = await talking.give({ ...line, text: "What is this?" }, { turn: 2, at: 20_001 });
  assert.ok(textOf(seen).length > 0 && !seen.some((body) => body.kind === "fault"));
  const out = await talking.ask(3);
  assert.match(out.find((body) => body.kind === "fault")?.message ?? "", /500: audio input is not supported/);
  assert.match(textOf(out), /^Sorry, I lost my train of thought/);
});
