/** `ASR_OpenAI` and `TTS_OpenAI` against a real server with Moonshine and Piper, and a fake one for what it cannot do. */
import assert from "node:assert/strict";
import { concat, rms } from "../src/audio/pcm.ts";
import { resample } from "../src/audio/resample.ts";
import type { Body, BodyOf, Kind } from "../src/engine/frame.ts";
import { handler as ears } from "../src/handlers/asr/openai.ts";
import { handler as voice } from "../src/handlers/tts/openai.ts";
import { answers, context, load, readRecording, readTexts, session, stamp } from "./hearing.ts";
import { type Served, startSpeech } from "./servers.ts";
import { wordErrorRate } from "./word_error_rate.ts";

const RATE = 22_050;
/** Shapes may come this much behind their sound, seconds: the lips hear beyond what they tell of. */
const LIPS_BEHIND = 0.4;
let speech: Served;
Deno.test.beforeAll(async () => {
  speech = await startSpeech();
});
Deno.test.afterAll(async () => await speech[Symbol.asyncDispose]());

const openEars = (settings: object = {}) => load(ears, { base_url: speech.url, ...settings });
const openVoice = (settings: object = {}) =>
  load(voice, { base_url: speech.url, sample_rate: RATE, voice: "joe", ...settings });

const start: Body = { kind: "speech.start", lead: 0 };
const sound = (pcm: Float32Array): Body => ({ kind: "audio.speech", pcm: pcm.slice(), rate: 16_000 });
const pause: Body = { kind: "speech.pause", lead: 96 };
const end: Body = { kind: "speech.end", lead: 128 };
const reply = (delta: string, last = false): Body => ({ kind: "text.reply", delta, last });

const texts = (bodies: Body[]) => bodies.filter((body) => body.kind === "text.user") as BodyOf<"text.user">[];
const words = (bodies: Body[]) => bodies.flatMap((body) => body.kind === "phonemes" ? body.words : []);
const heard = (bodies: Body[]) =>
  concat(bodies.flatMap((body) => body.kind === "audio.reply" ? [body.pcm] : []));
const requests = (path: string) =>
  speech.lines.filter((line) => line.includes(`POST /v1/audio/${path}`)).length;

for (const stream of [false, true]) {
  Deno.test(`remote speech: a recording is written down, ${stream ? "in pieces" : "whole"}`, async () => {
    await using model = await openEars({ stream, language: "en" });
    const before = requests("transcriptions");
    const pcm = await readRecording("austen-0890");
    const [text, ...more] = texts(await answers(model, [start, sound(pcm), pause, end]));
    assert.deepEqual([text.final, text.language, more.length], [true, "en", 0]);
    const rate = wordErrorRate((await readTexts())["austen-0890"], text.text);
    assert.ok(rate <= 0.25, `word error rate ${rate}: ${text.text}`);
    assert.equal(requests("transcriptions") - before, 1, "asked at the pause, and not again at the end");
  });
}

Deno.test("remote speech: what is said after a pause belongs to the same text", async () => {
  await using model = await openEars();
  const pcm = await readRecording("cards");
  const middle = Math.round(1.04 * 16_000);
  const bodies = [start, sound(pcm.subarray(0, middle)), pause, { kind: "speech.resume", lead: 0 } as Body];
  const found = texts(await answers(model, [...bodies, sound(pcm.subarray(middle)), pause, end]));
  assert.deepEqual(found.map(({ final }) => final), [true, true]);
  assert.ok(wordErrorRate((await readTexts()).cards, found[1].text) < 0.25, found[1].text);
});

Deno.test("remote speech: a request is given up when the caller goes on", async () => {
  await using model = await openEars();
  const state = await model.open(session);
  await answers(model, [start, sound(await readRecording("austen-0890"))], { state });
  const waiting = (kind: Kind) => kind === "speech.resume";
  const since = performance.now();
  assert.deepEqual(await answers(model, [pause], { state, ctx: context({ waiting }) }), []);
  assert.ok(performance.now() - since < 150, "it did not wait for the text");
});

Deno.test("remote speech: captions while the caller speaks, where they are asked for", async () => {
  await using model = await openEars({ partial_interval: 600 });
  const pcm = await readRecording("austen-0930");
  const chunks: Body[] = [];
  for (let at = 0; at < pcm.length; at += 512) chunks.push(sound(pcm.subarray(at, at + 512)));
  const found = texts(await answers(model, [start, ...chunks, end]));
  assert.ok(found.length > 2 && found.slice(0, -1).every(({ final }) => !final));
  assert.equal(found.at(-1)!.final, true);
});

Deno.test("remote speech: nothing but noise is not even asked about", async () => {
  await using model = await openEars();
  const before = requests("transcriptions");
  const hiss = Float32Array.from({ length: 16_000 }, (_, n) => 0.001 * Math.sin(n * n));
  assert.equal(texts(await answers(model, [start, sound(hiss), end]))[0].text, "");
  assert.equal(requests("transcriptions"), before);
});

const SAID = "The weather is fine today, is it not? I would like to go for a walk in the park.";

/** Runs a reply in pieces through the voice. */
function speak(
  model: Awaited<ReturnType<typeof openVoice>>,
  deltas: string[],
  ctx = context(),
): Promise<Body[]> {
  return answers(model, deltas.map((delta, n) => reply(delta, n === deltas.length - 1)), { ctx });
}

Deno.test("remote speech: a reply is spoken in order, and understood when it is heard", async () => {
  await using mouth = await openVoice();
  await using ear = await openEars();
  const bodies = await speak(mouth, SAID.split(/(?<= )/));
  const pcm = resample(heard(bodies), RATE, 16_000);
  const [{ text }] = texts(await answers(ear, [start, sound(pcm), end]));
  assert.ok(wordErrorRate(SAID, text) <= 0.25, text);
  const last = bodies.at(-1)!;
  assert.ok(last.kind === "audio.reply" && last.last && last.pcm.length === 0);
});

Deno.test("remote speech: words and mouth have their times, in order, within the sound, the mouth hardly later than heard", async () => {
  await using mouth = await openVoice();
  const bodies = await speak(mouth, [SAID]);
  const seconds = heard(bodies).length / RATE;
  const spans = words(bodies);
  assert.equal(spans.map(({ text }) => text).join(" "), SAID);
  for (const [n, { start, end }] of spans.entries()) {
    assert.ok(start <= end && end <= seconds + 0.5 && start >= (spans[n - 1]?.start ?? 0), `word ${n}`);
  }
  let samples = 0;
  let shaped = 0;
  for (const body of bodies) {
    if (body.kind === "audio.reply") samples += body.pcm.length;
    else if (body.kind === "phonemes") {
      assert.ok((body.words[0]?.start ?? Infinity) >= samples / RATE - 0.5, "words come too late");
      for (const { start, end } of body.spans) {
        assert.ok(Math.abs(start - shaped) < 1e-6, "the shapes follow each other");
        assert.ok(start >= samples / RATE - LIPS_BEHIND, "the mouth comes too late");
        shaped = end;
      }
    }
  }
  assert.ok(Math.abs(shaped - seconds) < 1e-6, "the mouth has a shape for all of the sound");
});

Deno.test("remote speech: a cancelled reply ends at once", async () => {
  await using mouth = await openVoice();
  const turn = new AbortController();
  const caller = await mouth.open(session);
  const seen: Body[] = [];
  for await (const body of mouth.handle(caller, stamp(reply(SAID, true)), context({ signal: turn.signal }))) {
    seen.push(body);
    turn.abort();
  }
  assert.ok(seen.filter(({ kind }) => kind === "audio.reply").length <= 1);
  assert.ok(heard(await speak(mouth, ["Hello."])).length > RATE / 4, "the next one sounds");
});

Deno.test("remote speech: a server that is gone is one clear line from both, and back again all is well", async () => {
  const { port } = speech;
  await using mouth = await openVoice();
  await using ear = await openEars();
  await speech.kill();
  const message = `127.0.0.1:${port} does not answer (connection refused).`;
  const fault = (handler: string): Body => ({ kind: "fault", handler, code: "server", message });
  assert.deepEqual(await speak(mouth, ["Hello."]), [fault("TTS_OpenAI")]);
  const recording = [start, sound(await readRecording("go-forward")), end];
  assert.deepEqual(await answers(ear, recording), [fault("ASR_OpenAI")]);
  speech = await startSpeech(port);
  assert.ok(heard(await speak(mouth, ["Hello."])).length > 0);
  assert.match(texts(await answers(ear, recording))[0].text, /forward/i);
});

/** A fake server that speaks each text as half a second of its number, in two pieces, the second when it is let. */
function startFakeVoice() {
  const inputs: string[] = [];
  const go: (() => void)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (request.method === "GET") return Response.json({ data: [{ id: "fake" }] });
    inputs.push((await request.json()).input);
    const piece = new Uint8Array(new Int16Array(RATE / 4).fill(1000 * inputs.length).buffer);
    const gate = Promise.withResolvers<void>();
    go.push(gate.resolve);
    const pieces = [piece, gate.promise.then(() => piece)];
    return new Response(ReadableStream.from(pieces));
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    inputs,
    go,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function until(what: () => boolean, why: string): Promise<void> {
  for (let i = 0; i < 200 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(what(), why);
}

Deno.test("remote speech: the next clause is asked for while the first sounds (fake), never more, in order", async () => {
  await using fake = startFakeVoice();
  await using mouth = await openVoice({ base_url: fake.url });
  const caller = await mouth.open(session);
  const out: Body[] = [];
  const work = (async () => {
    for await (const body of mouth.handle(caller, stamp(reply("One. Two. Three.", true)), context())) {
      out.push(body);
    }
  })();
  await until(() => out.some((body) => body.kind === "audio.reply"), "no sound came");
  await until(() => fake.inputs.length === 2, "the second clause was not asked for");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(fake.inputs, ["One.", "Two."]);
  for (let n = 0; n < 3; n++) {
    await until(() => fake.go.length > n, `clause ${n} was not asked for`);
    fake.go[n]();
  }
  await work;
  const levels = out.flatMap((body) =>
    body.kind === "audio.reply" && body.pcm.length > 0 ? [rms(body.pcm)] : []
  );
  const numbers = levels.map((level) => Math.round(level * 32.768));
  assert.deepEqual(numbers, numbers.toSorted());
  assert.deepEqual([...new Set(numbers)], [1, 2, 3]);
  assert.equal(words(out).map(({ text }) => text).join(" "), "One. Two. Three.");
});

Deno.test("remote speech: text that comes meanwhile is asked for before the sound goes on (fake)", async () => {
  await using fake = startFakeVoice();
  await using mouth = await openVoice({ base_url: fake.url });
  const caller = await mouth.open(session);
  const first = await Array.fromAsync(
    mouth.handle(caller, stamp(reply("One. ")), context({ waiting: (kind) => kind === "text.reply" })),
  );
  assert.deepEqual(
    first.map(({ kind }) => kind),
    ["phonemes", "audio.reply"],
    "it makes way after one piece",
  );
  const rest: Body[] = [];
  const work = (async () => {
    for await (const body of mouth.handle(caller, stamp(reply("Two.", true)), context())) rest.push(body);
  })();
  await until(() => fake.inputs.length === 2, "the second clause was not asked for");
  for (const go of fake.go) go();
  await work;
  assert.equal(heard([...first, ...rest]).length, 4 * Math.floor(RATE / 4));
});
