import assert from "node:assert/strict";
import * as v from "valibot";
import type { Body, Frame } from "../../engine/frame.ts";
import { handler } from "./openai.ts";

const nothing = () => {};
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Half a second of silence for every clause; keeps what it was asked to say. */
function fakeService() {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: nothing }, async (request) => {
    if (!request.url.endsWith("/audio/speech")) return Response.json({ data: [{ id: "voice" }] });
    asked.push((await request.json()).input);
    return new Response(new Uint8Array(24_000), { headers: { "content-type": "audio/pcm" } });
  });
  return {
    asked,
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("TTS_OpenAI: directions are not sent to be spoken, and are due with the word after them", async () => {
  await using service = fakeService();
  const config = v.parse(handler.config, { base_url: service.url });
  await using model = await handler.load(config, { modelRoot: "", avatarRoot: "", log });
  const state = await model.open({ id: "s", video: null });
  const bodies: Body[] = [];
  for (const delta of ["Hello! [sm", "ile] How are [nod] you? [sad]"]) {
    const frame: Frame = {
      ...{ session: "s", turn: 1, epoch: 0, at: 0 },
      ...{ kind: "text.reply", delta, last: delta.startsWith("ile") },
    };
    const ctx = {
      signal: new AbortController().signal,
      log,
      now: () => performance.now(),
      waiting: () => false,
      breathe: () => Promise.resolve(),
    };
    for await (const body of model.handle(state, frame, ctx)) bodies.push(body);
  }
  await model.close(state);
  assert.deepEqual(service.asked, ["Hello!", "How are you?"]);
  const phonemes = bodies.filter((body) => body.kind === "phonemes");
  const words = phonemes.flatMap(({ words }) => words), cues = phonemes.flatMap(({ cues = [] }) => cues);
  assert.deepEqual(words.map(({ text }) => text), ["Hello!", "How", "are", "you?"]);
  assert.deepEqual(cues, [
    { name: "smile", start: words[1].start },
    { name: "nod", start: words[3].start },
    { name: "sad", start: 1 },
  ]);
});
