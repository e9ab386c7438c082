/** What a model on a server is told: the caller's voice or words, what was said before, a voice, a picture. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { writeWav } from "../src/audio/wav.ts";
import type { Body, BodyOf } from "../src/engine/frame.ts";
import { assertSame, contentOf, heardBy, question, spoken, talk, textOf } from "./conversing.ts";
import { serveOmni } from "./omni_server.ts";

const TEXT = "Hello there, my friend. I am fine.";
const speech = { text: TEXT, pcm: new Float32Array(0), rate: 22_050 };

Deno.test("minicpm: the reference voice goes first, in the model's own order, and into the request", async () => {
  const root = await Deno.makeTempDir();
  const [voice] = await spoken("This is my voice.");
  await Deno.writeFile(join(root, "voice.wav"), writeWav(voice, 22_050));
  await using server = serveOmni("text", speech);
  const settings = { ref_audio: "voice.wav", voice_prompt: "Speak so:", assistant_prompt: "Be kind." };
  {
    await using talking = await talk(server, settings, root);
    await talking.ask(1);
    const first = contentOf(server, 0) as { type: string; text?: string }[];
    assert.deepEqual(first.map(({ type, text }) => text ?? type), [
      "Speak so:\n",
      "input_audio",
      "\nBe kind.",
    ]);
    assertSame(heardBy(contentOf(server, 0))!, voice);
  }
  await using speaking = await talk(server, { ...settings, audio_out: true }, root);
  await speaking.ask(1);
  const audio = server.told.at(-1)!.audio as { ref_audio: string };
  assert.match(audio.ref_audio, /^data:audio\/wav;base64,UklGR/);
  await Deno.remove(root, { recursive: true });
});

Deno.test("minicpm without an ASR handler: it ends the turn itself, with a caption that says how long", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server, { transcripts: "none" });
  const out: Body[] = [];
  const give = async (body: Body, at: number) => void out.push(...await talking.give(body, { turn: 1, at }));
  await give({ kind: "speech.start", lead: 128 }, 0);
  for (let at = 0; at < question.length; at += 512) {
    await give({ kind: "audio.speech", pcm: question.slice(at, at + 512), rate: 16_000 }, at / 16);
  }
  const partials = out.filter((body): body is BodyOf<"text.user"> => body.kind === "text.user");
  assert.ok(partials.length >= 2 && partials.every(({ final }) => !final), "so that the caller can break in");
  await give({ kind: "speech.pause", lead: 96 }, 3_000);
  const final = out.at(-1)!;
  assert.ok(final.kind === "text.user" && final.final);
  assert.match(final.text, /^🎤 \d\.\d s$/u);
  await talking.give(final, { turn: 1, at: 3_001 });
  assert.ok(heardBy(contentOf(server, -1)));
  await talking.give({ kind: "turn.end", user: final.text, heard: "Hello there,", interrupted: true }, {
    turn: 1,
  });
  await talking.give({ kind: "text.user", text: "Typed.", final: true }, { turn: 2, at: 3_500 });
  assert.equal(contentOf(server, -1), "Typed.");
  assertSame(heardBy(contentOf(server, -3))!, question);
  assert.equal(contentOf(server, -2), "Hello there,");
});

Deno.test("minicpm with an ASR handler: what was said before is remembered as text, typed lines stay text", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server);
  await talking.ask(1);
  await talking.give({ kind: "turn.end", user: "Go forward.", heard: TEXT, interrupted: false }, { turn: 1 });
  await talking.give({ kind: "text.user", text: "And back?", final: true }, { turn: 2, at: 5_900 });
  assert.deepEqual(server.told.at(-1)!.messages.slice(1), [
    { role: "user", content: "Go forward." },
    { role: "assistant", content: TEXT },
    { role: "user", content: "And back?" },
  ]);
});

Deno.test("minicpm: an earlier call is remembered in words, where there were any", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server);
  const exchanges = [{ user: "I am Ann.", reply: "Hello Ann." }, { user: "🎤 2.4 s", reply: "Yes." }];
  await talking.give({ kind: "memory", exchanges });
  await talking.ask(1);
  assert.deepEqual(server.told.at(-1)!.messages.slice(1, -1), [
    { role: "user", content: "I am Ann." },
    { role: "assistant", content: "Hello Ann." },
  ]);
});

Deno.test("minicpm: what is too long for the model is forgotten, oldest first, and asked again", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server);
  for (let turn = 1; turn <= 4; turn++) {
    assert.equal(textOf(await talking.ask(turn)), TEXT);
    await talking.give({ kind: "turn.end", user: `Question ${turn}.`, heard: "Yes.", interrupted: false }, {
      turn,
    });
  }
  server.longest = 6;
  server.told = [];
  assert.equal(textOf(await talking.ask(5)), TEXT);
  assert.deepEqual(server.told.map(({ messages }) => messages.length), [10, 6]);
  assert.equal(server.told[1].messages[1].content, "Question 3.");
});

Deno.test("minicpm: the camera's newest picture goes along, an old one does not", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server, { enable_video_input: true });
  const data = Uint8Array.of(0xff, 0xd8, 0xff);
  const picture: Body = { kind: "image.user", data, width: 2, height: 2 };
  await talking.give(picture, { at: 4_000 });
  await talking.ask(1);
  assert.deepEqual((contentOf(server, -1) as { type: string }[]).map(({ type }) => type), [
    "image_url",
    "input_audio",
  ]);
  await talking.give({ kind: "text.user", text: "And now?", final: true }, { turn: 2, at: 60_000 });
  assert.equal(contentOf(server, -1), "And now?");
});
