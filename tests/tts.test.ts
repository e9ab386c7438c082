import assert from "node:assert/strict";
import { concat, decibels, rms } from "../src/audio/pcm.ts";
import type { Body, BodyOf, WordSpan } from "../src/engine/frame.ts";
import type { Context, Model } from "../src/engine/handler.ts";
import { pieces } from "../src/handlers/tts/delivery.ts";
import { leadingSilence, trailingSilence } from "../src/handlers/tts/level.ts";
import { openPhonemizer, pronounce } from "../src/handlers/tts/phonemizer.ts";
import { handler } from "../src/handlers/tts/piper.ts";
import { idsOf } from "../src/handlers/tts/timeline.ts";
import { openVoice } from "../src/handlers/tts/voice.ts";
import { answers, context, env, load, session, stamp } from "./hearing.ts";
import { openTranscriber } from "./transcribe.ts";
import { wordErrors } from "./word_error_rate.ts";

type State = Awaited<ReturnType<typeof handler.load>> extends Model<infer S> ? S : never;

const VOICE = `${env.modelRoot}/en_US-joe-medium/en_US-joe-medium.onnx`;
const RATE = 22_050;
const SENTENCES = [
  "Hello! How can I help you today?",
  "My name is Joe, and I am a digital human.",
  "The capital of France is Paris.",
  "That sounds lovely! Where did you go?",
  "He was not an ill disposed young man.",
  "Go forward ten meters and turn left at the corner.",
  "I'm sorry to hear that, I hope you can rest soon.",
  "The sun rises in the east and sets in the west.",
  "Please bring me a glass of water and two apples.",
  "You're welcome, have a nice day!",
];

let tts: Model<State>;
Deno.test.beforeAll(async () => {
  tts = await load(handler);
});
Deno.test.afterAll(async () => await tts[Symbol.asyncDispose]());

function deltas(...texts: string[]): Body[] {
  return texts.map((delta, i) => ({ kind: "text.reply", delta, last: i === texts.length - 1 }));
}

/** The text that the words are of. */
const written = (words: WordSpan[]) =>
  words.map(({ text, glued }) => glued ? text : ` ${text}`).join("").trim();

/** A reply's sound and times. */
async function speak(texts: string[], model = tts) {
  const bodies = await answers(model, deltas(...texts));
  const audio = bodies.filter((body) => body.kind === "audio.reply");
  const phonemes = bodies.filter((body) => body.kind === "phonemes");
  return {
    bodies,
    audio,
    pcm: concat(audio.map(({ pcm }) => pcm)),
    spans: phonemes.flatMap(({ spans }) => spans),
    words: phonemes.flatMap(({ words }) => words),
  };
}

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-3, `${a} is not ${b}`);

Deno.test("tts: what is said can be understood", async () => {
  await using moonshine = await openTranscriber();
  let errors = 0;
  let count = 0;
  for (const sentence of SENTENCES) {
    const { pcm } = await speak([sentence]);
    const result = wordErrors(sentence, await moonshine.transcribe(pcm, RATE));
    errors += result.errors;
    count += result.words;
  }
  assert.ok(errors / count <= 0.15, `${errors} of ${count} words are wrong`);
});

Deno.test("tts: the spans cover the sound from the first sample to the last, without gaps", async () => {
  const { pcm, spans, audio } = await speak(["Well, I have **25** cats. ", "Do you", " like them? Good!"]);
  assert.equal(spans[0].start, 0);
  for (const [i, span] of spans.entries()) {
    assert.ok(span.end > span.start);
    if (i > 0) near(span.start, spans[i - 1].end);
  }
  near(spans.at(-1)!.end, pcm.length / RATE);
  assert.deepEqual(audio.map(({ last }) => last), audio.map((_, i) => i === audio.length - 1));
  assert.ok(
    audio.every((chunk) => chunk.rate === RATE && chunk.pcm.buffer.byteLength === chunk.pcm.byteLength),
  );
});

Deno.test("tts: a clause's times come before its sound", async () => {
  const { bodies } = await speak(["Hello there, my friend. How are you? I am fine."]);
  let announced = 0;
  let made = 0;
  for (const body of bodies) {
    if (body.kind === "phonemes") {
      near(body.spans[0].start, made / RATE);
      announced = body.spans.at(-1)!.end;
    } else if (body.kind === "audio.reply") {
      made += body.pcm.length;
      assert.ok(made / RATE < announced + 1e-3);
    }
  }
});

Deno.test("tts: the words are those of the reply, in order, within the sound", async () => {
  const { words, pcm } = await speak([
    "# Well",
    ", of the *25* cats 😀 one – Dr. Who’s – is “3.14” m tall... ",
    "你好",
  ]);
  assert.equal(
    written(words),
    "Well, of the 25 cats one – Dr. Who’s – is “3.14” m tall... 你好",
  );
  let reached = 0;
  for (const word of words) {
    assert.ok(word.start >= reached && word.end >= word.start, JSON.stringify(word));
    reached = word.start;
  }
  assert.ok(reached < pcm.length / RATE);
});

Deno.test("tts: a reply without sound is shown and ended all the same", async () => {
  const { words, pcm, audio } = await speak(["...", " –"]);
  assert.equal(words.map(({ text }) => text).join(" "), "... –");
  assert.equal(pcm.length, 0);
  assert.deepEqual(audio.map(({ last }) => last), [true]);
});

Deno.test("tts: the first clause is spoken while the rest is still being written", async () => {
  const caller = await tts.open(session);
  const first = await answers(tts, [{ kind: "text.reply", delta: "Sure, I", last: false }], {
    state: caller,
  });
  assert.deepEqual(first.map(({ kind }) => kind).slice(0, 2), ["phonemes", "audio.reply"]);
  const [rest] = await answers(tts, [{ kind: "text.reply", delta: " can.", last: true }], { state: caller });
  assert.ok(rest.kind === "phonemes" && rest.spans[0].start > 0, "times go on where the first clause ended");
});

Deno.test("tts: sound in pieces is the sound made at once", async () => {
  await using voice = await openVoice(VOICE, env.log);
  const phonemize = await openPhonemizer(voice.description.espeak.voice);
  const { symbols } = pronounce(phonemize, SENTENCES[1]);
  const { ids } = idsOf(symbols, voice.description.phoneme_id_map);
  const latent = await voice.encode(ids, { noise: 0.667, length: 1, noiseWidth: 0.8 });
  assert.equal(latent.durations.reduce((a, b) => a + b, 0), latent.frames);
  const whole = await voice.vocode(latent, 0, latent.frames);
  assert.equal(whole.length, latent.frames * voice.hop);
  const parts: Float32Array[] = [];
  for (const { from, to } of pieces(latent.frames)) parts.push(await voice.vocode(latent, from, to));
  const error = concat(parts).map((sample, n) => sample - whole[n]);
  assert.equal(error.length, whole.length);
  assert.ok(decibels(rms(whole) / rms(error)) > 60);
});

Deno.test("tts: cancelled in the middle of a clause, it stops before the next piece", async () => {
  const turn = new AbortController();
  const ctx: Context = context({
    signal: turn.signal,
    breathe: () => new Promise((resolve) => setTimeout(resolve)),
  });
  const caller = await tts.open(session);
  const [long] = deltas(
    "This is a sentence with a good many words that takes some seconds to be spoken to its end.",
  );
  const seen: Body[] = [];
  for await (const body of tts.handle(caller, stamp(long), ctx)) {
    seen.push(body);
    // As a cancellation arrives: by a message, while the handler lets messages in.
    if (body.kind === "audio.reply" && seen.length < 4) setTimeout(() => turn.abort());
  }
  assert.ok(seen.filter(({ kind }) => kind === "audio.reply").length <= 2, `${seen.length} frames came`);

  const next: Body[] = [];
  const frame = { ...stamp(deltas("Yes.")[0]), epoch: 1, turn: 2 };
  for await (const body of tts.handle(caller, frame, context())) next.push(body);
  const [phonemes] = next as [BodyOf<"phonemes">];
  assert.deepEqual(phonemes.words.map(({ text }) => text), ["Yes."]);
  assert.equal(phonemes.spans[0].start, 0);
});

Deno.test("tts: replies are about -20 dBFS loud, never clip, and begin and end with little silence", async () => {
  for (const volume of [1, 4]) {
    const model = volume === 1 ? tts : await load(handler, { volume });
    const { pcm } = await speak([SENTENCES.slice(0, 4).join(" ")], model);
    assert.ok(pcm.every((sample) => Math.abs(sample) <= 1));
    if (volume === 1) {
      const level = decibels(rms(pcm));
      assert.ok(Math.abs(level + 20) < 3, `${level} dBFS`);
      assert.ok(leadingSilence(pcm, RATE, 1) / RATE <= 0.035);
      assert.ok(trailingSilence(pcm, RATE, 1) / RATE <= 0.2);
    } else await model[Symbol.asyncDispose]();
  }
});

Deno.test("tts: speed and pauses can be set", async () => {
  const length = async (settings: object) => {
    const model = await load(handler, { noise_w: 0, ...settings });
    const { pcm } = await speak(["One, two. Three."], model);
    await model[Symbol.asyncDispose]();
    return pcm.length / RATE;
  };
  const plain = await length({});
  assert.ok(await length({ speed: 2 }) < 0.75 * plain);
  // Two full stops with a second more, a comma with half of it.
  const longer = await length({ clause_pause: 1.12 }) - plain;
  assert.ok(Math.abs(longer - 2.5) < 0.05, `${longer} s`);
});

Deno.test("tts: a file that is no voice is named", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/v`);
    const bad = (expected: RegExp) =>
      assert.rejects(handler.load({ ...defaults, model_name: "v" }, { ...env, modelRoot: root }), expected);
    const defaults = { enabled: true, voices: {}, speed: 1, volume: 1, clause_pause: 0.12 };
    await bad(/Cannot use the voice ".*v\.onnx": .*v\.onnx\.json/);
    await Deno.writeTextFile(`${root}/v/v.onnx.json`, '{"audio":{}}');
    await bad(/its description says at "audio.sample_rate"/);
    await Deno.copyFile(`${VOICE}.json`, `${root}/v/v.onnx.json`);
    await Deno.copyFile(`${env.modelRoot}/silero-vad-v5/silero_vad_v5.onnx`, `${root}/v/v.onnx`);
    await bad(/Not a Piper voice: it has no input "input_lengths"/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("tts: directions are not spoken, and are due when the word after them begins", async () => {
  const { bodies, words, spans, pcm } = await speak([
    "Hello! [sm",
    "ile] How are you [laughs softly] ",
    "today? [nod]",
  ]);
  const cues = bodies.flatMap((body) => body.kind === "phonemes" ? body.cues ?? [] : []);
  assert.equal(written(words), "Hello! How are you today?");
  const startOf = (text: string) => words.find((word) => word.text === text)!.start;
  assert.deepEqual(cues.map(({ name }) => name), ["smile", "laugh", "nod"]);
  near(cues[0].start, startOf("How"));
  near(cues[1].start, startOf("today?"));
  near(cues[2].start, pcm.length / RATE);
  assert.ok(spans.some(({ start }) => Math.abs(start - cues[1].start) < 1e-3), "there a phoneme begins");
});
