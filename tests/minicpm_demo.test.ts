/** `S2S_MiniCPM` with `api: demo`, against a server of recorded shape that speaks with Piper's joe voice. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { concat } from "../src/audio/pcm.ts";
import { handler } from "../src/handlers/s2s/minicpm.ts";
import { assertSame, live, question, soundOf, spoken, talk, textOf, wordsOf } from "./conversing.ts";
import { serveDemo } from "./demo_server.ts";
import { session } from "./hearing.ts";

const SENTENCES = ["Hello there, my friend.", " I am fine."];
const DEMO = { api: "demo", audio_out: true, voice_prompt: "Like this:" };
let sentences: { text: string; pcm: Float32Array<ArrayBuffer>; rate: number }[];

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test.beforeAll(async () => {
  const sounds = await spoken(...SENTENCES);
  sentences = SENTENCES.map((text, n) => ({ text, pcm: sounds[n], rate: 22_050 }));
});

Deno.test("minicpm demo: it is heard while the caller still speaks, then answers sentence by sentence", async () => {
  await using server = serveDemo(sentences);
  await using talking = await talk(server, DEMO);
  await talking.say(1);
  for (let n = 0; n < 100 && server.hearing < question.length - 3_200; n++) await pause(20);
  assert.ok(server.hearing > question.length - 3_200, `${server.hearing} of ${question.length} samples`);
  assert.deepEqual(server.calls, ["init_options", "completions", "stream"]);
  const out = await talking.answer(1);
  assert.equal(textOf(out), SENTENCES.join(""));
  assertSame(soundOf(out), concat(sentences.map(({ pcm }) => pcm)));
  const words = wordsOf(out);
  assert.equal(words.map(({ text }) => text).join(" "), SENTENCES.join(""));
  const seconds = sentences[0].pcm.length / 22_050;
  assert.ok(Math.abs(words[4].start - seconds) < 1e-6, "a sentence begins with its sound");
  assertSame(server.turns[0].subarray(0, question.length), question);
  const [{ voice_clone_prompt, use_audio_prompt }] = server.options;
  assert.deepEqual([voice_clone_prompt, use_audio_prompt], ["Like this:", 1]);
});

Deno.test("minicpm demo: what interrupts an answer is the next question, from its first sample", async () => {
  await using server = serveDemo(sentences);
  server.pause = 100;
  await using talking = await talk(server, DEMO);
  await talking.say(1);
  const cancel = new AbortController();
  // The answer is left alone as soon as the caller speaks, and cancelled when it is clear that he means it.
  await talking.give({ kind: "speech.end", lead: 128 }, { at: 5_000 });
  let spoke = false;
  const busy = live({ signal: cancel.signal, waiting: () => spoke });
  const answered = talking.give({ kind: "text.user", text: "Go forward.", final: true }, { at: 5_200 }, busy);
  await pause(250);
  spoke = true;
  await answered;
  await talking.say(2, busy);
  cancel.abort();
  await talking.give({ kind: "turn.end", user: "Go forward.", heard: "Hello", interrupted: true });
  assert.ok(server.calls.includes("stop"));
  server.pause = 0;
  const out = await talking.answer(2);
  assert.equal(textOf(out), SENTENCES.join(""));
  assert.equal(server.turns.length, 2);
  assertSame(server.turns[1].subarray(0, question.length), question);
});

Deno.test("minicpm demo: killed before the first word, it is told everything once more; in mid-reply there is a fault", async () => {
  await using server = serveDemo(sentences);
  await using talking = await talk(server, DEMO);
  await talking.say(1);
  server.breaksAfter = 1;
  assert.equal(textOf(await talking.answer(1)), SENTENCES.join(""));
  assert.equal(server.options.length, 2);
  assert.equal(server.turns.length, 2);
  server.breaksAfter = 2;
  await talking.say(2);
  const out = await talking.answer(2);
  assert.equal(textOf(out), SENTENCES[0]);
  assert.match(out.find((body) => body.kind === "fault")?.message ?? "", /127\.0\.0\.1:\d+ /);
});

Deno.test("minicpm demo: one server serves one caller, and takes no typed text", async () => {
  await using server = serveDemo(sentences);
  await using talking = await talk(server, DEMO);
  await assert.rejects(
    async () => await talking.model.open({ ...session, id: "other" }),
    /1 of 1 are taken.*concurrent_limit: 1/,
  );
  const out = await talking.give({ kind: "text.user", text: "Typed.", final: true });
  assert.match(out.find((body) => body.kind === "fault")?.message ?? "", /takes no typed text/);
});

Deno.test("minicpm demo: one of its own voices is chosen, another is refused", async () => {
  await using server = serveDemo(sentences);
  await using talking = await talk(server, { ...DEMO, demo_voice: "male", voice_prompt: "" });
  await talking.say(1);
  for (let n = 0; n < 100 && server.options.length === 0; n++) await pause(10);
  const [{ use_audio_prompt, voice_clone_prompt }] = server.options;
  assert.equal(use_audio_prompt, 3);
  assert.match(String(voice_clone_prompt), /^Use the voice in the audio prompt/);
  const settings = { engine: "server", api: "demo", ref_audio: "voice.wav" };
  const { issues } = v.safeParse(handler.config, settings);
  assert.match(issues?.[0].message ?? "", /keeps to its own voices/);
});
