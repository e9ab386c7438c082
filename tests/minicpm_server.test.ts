/** `S2S_MiniCPM` with `engine: server`, against servers of recorded shape that speak with Piper's joe voice. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { writeWav } from "../src/audio/wav.ts";
import type { Kind } from "../src/engine/frame.ts";
import { handler as piper } from "../src/handlers/tts/piper.ts";
import {
  assertSame,
  contentOf,
  heardBy,
  live,
  question,
  soundOf,
  spoken,
  talk,
  textOf,
  wordsOf,
} from "./conversing.ts";
import { answers, load } from "./hearing.ts";
import { serveOmni, type Shape } from "./omni_server.ts";

const TEXT = "Hello there, my friend. I am fine.";
const speech = { text: TEXT, pcm: new Float32Array(0), rate: 22_050 };

Deno.test.beforeAll(async () => {
  [speech.pcm] = await spoken(TEXT);
});

for (const shape of ["delta.audio", "delta.audio pcm", "modality", "message"] as Shape[]) {
  Deno.test(`minicpm, recorded shape "${shape}": the server hears the caller, and its voice comes through whole`, async () => {
    await using server = serveOmni(shape, speech);
    await using talking = await talk(server, { audio_out: true, audio_rate: speech.rate });
    const out = await talking.ask(1);
    assertSame(heardBy(contentOf(server, -1))!, question);
    assert.deepEqual(server.told[0].modalities, ["text", "audio"]);
    assertSame(soundOf(out), speech.pcm);
    assert.equal(textOf(out), TEXT);
    const words = wordsOf(out);
    assert.equal(words.map(({ text }) => text).join(" "), TEXT);
    const seconds = speech.pcm.length / speech.rate;
    assert.ok(words.every(({ start, end }) => start <= end && end <= seconds + 0.3));
    const spans = out.flatMap((body) => body.kind === "phonemes" ? body.spans : []);
    assert.ok(Math.abs(spans.at(-1)!.end - seconds) < 0.01, "the mouth has something to do until the end");
    assert.ok(spans.some(({ phoneme }) => phoneme === "ɑ"));
    const last = out.filter((body) => body.kind === "audio.reply").at(-1)!;
    assert.ok(last.last && last.rate === speech.rate);
  });
}

Deno.test("minicpm, recorded shape without sound: the TTS handler speaks the text", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server);
  const out = await talking.ask(1);
  assertSame(heardBy(contentOf(server, -1))!, question);
  assert.deepEqual(new Set(out.map(({ kind }) => kind)), new Set<Kind>(["text.reply"]));
  assert.equal(textOf(out), TEXT);
  const tts = await load(piper, {});
  const said = await answers(tts, out);
  await tts[Symbol.asyncDispose]();
  assert.equal(wordsOf(said).map(({ text }) => text).join(" "), TEXT);
  assert.ok(soundOf(said).length > 22_050);
});

Deno.test("minicpm: a server that is to speak and does not is told apart from one that fails", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server, { audio_out: true });
  const fault = (await talking.ask(1)).find((body) => body.kind === "fault");
  assert.match(fault?.message ?? "", /wrote but did not speak.*audio_out: false/);
  assert.equal(fault?.goesOn, false);
});

Deno.test("minicpm: an interruption closes the connection, as the server sees", async () => {
  await using server = serveOmni("modality", speech);
  server.pause = 60;
  await using talking = await talk(server, { audio_out: true });
  const cancel = new AbortController();
  const answered = talking.ask(1, live({ signal: cancel.signal }));
  while (server.told.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 300));
  cancel.abort();
  const out = await answered;
  assert.ok(!out.some((body) => body.kind === "fault"));
  // The server writes to a closed connection before it notices.
  for (let n = 0; n < 50 && server.aborted === 0; n++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(server.aborted, 1);
});

Deno.test("minicpm: killed in mid-reply: a fault and one apology; the next turn works once it is back", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server);
  server.breaksAfter = 3;
  const out = await talking.ask(1);
  assert.equal(out.filter((body) => body.kind === "fault").length, 1);
  assert.equal(out.find((body) => body.kind === "fault")?.goesOn, true);
  assert.match(textOf(out), /^Hello there.*\nSorry, I lost my train of thought/s);
  assert.equal(server.told.length, 1, "what has begun to be said is not asked for again");
  server.breaksAfter = null;
  await talking.give({
    kind: "turn.end",
    user: "Go forward.",
    heard: textOf(out).replace("\n", " "),
    interrupted: false,
  });
  assert.equal(textOf(await talking.ask(2)), TEXT);
  const [, assistant] = server.told.at(-1)!.messages.slice(-3);
  assert.ok(!String(assistant.content).includes("Sorry"), "the model is not to learn to apologise");
});

Deno.test("minicpm: killed before the first word: asked once more on a new connection", async () => {
  await using server = serveOmni("text", speech);
  await using talking = await talk(server);
  server.breaksAfter = 0;
  const out = await talking.ask(1);
  assert.equal(server.told.length, 2);
  assert.match(textOf(out), /^Sorry/);
});

Deno.test("minicpm: where the model speaks itself, the apology is a recording", async () => {
  const root = await Deno.makeTempDir();
  const [sorry] = await spoken("Sorry.");
  await Deno.writeFile(join(root, "sorry.wav"), writeWav(sorry, 22_050));
  await using server = serveOmni("modality", { ...speech, rate: 24_000 });
  server.breaksAfter = 9;
  await using talking = await talk(server, { audio_out: true, apology_audio: "sorry.wav" }, root);
  const out = await talking.ask(1);
  const rates = new Set(out.filter((body) => body.kind === "audio.reply").map(({ rate }) => rate));
  assert.deepEqual(rates, new Set([24_000]), "a reply keeps its rate");
  assert.match(textOf(out), /Sorry, I lost/);
  const seconds = soundOf(out).length / 24_000;
  assert.ok(Math.abs(seconds - (2 * 0.25 + sorry.length / 22_050)) < 0.02, `${seconds} s`);
  await Deno.remove(root, { recursive: true });
});
