import assert from "node:assert/strict";
import * as v from "valibot";
import type { Body, BodyOf } from "../src/engine/frame.ts";
import type { Model } from "../src/engine/handler.ts";
import { concat } from "../src/audio/pcm.ts";
import { type Moonshine, openMoonshine } from "../src/handlers/asr/decoder.ts";
import { handler as asr } from "../src/handlers/asr/moonshine.ts";
import { handler as vad } from "../src/handlers/vad/silero.ts";
import { answers, context, env, load, microphone, readRecording, readTexts, session } from "./hearing.ts";
import { wordErrorRate, wordErrors } from "./word_error_rate.ts";

type Text = BodyOf<"text.user">;
type State = Awaited<ReturnType<typeof asr.load>> extends Model<infer S> ? S : never;

let moonshine: Moonshine;
let ears: Model<State>;
let silero: Awaited<ReturnType<typeof vad.load>>;
let patient: Awaited<ReturnType<typeof vad.load>>;
Deno.test.beforeAll(async () => {
  moonshine = await openMoonshine(`${env.modelRoot}/moonshine-tiny-en`);
  ears = await load(asr);
  silero = await load(vad);
  patient = await load(vad, { pause_delay: 8_000, end_delay: 8_000 });
});
Deno.test.afterAll(async () => {
  for (const model of [moonshine, ears, silero, patient]) await model[Symbol.asyncDispose]();
});

/** A segment as the VAD would hand it on, in clips, with `lead` ms of silence before its end. */
function segment(pcm: Float32Array, opening: "speech.start" | "speech.resume" = "speech.start"): Body[] {
  const clips: Body[] = microphone(pcm, 512).map((body) => ({ ...body, kind: "audio.speech" } as Body));
  const first: Body = { kind: opening, lead: 128 };
  return [first, ...clips, { kind: "speech.end", lead: 0 }];
}

async function texts(
  bodies: Body[],
  { model = ears, ...options }: { model?: Model<State>; state?: State } = {},
): Promise<Text[]> {
  return (await answers(model, bodies, options)).filter((body) => body.kind === "text.user");
}

async function final(bodies: Body[], options: { model?: Model<State>; state?: State } = {}): Promise<string> {
  const finals = (await texts(bodies, options)).filter((body) => body.final);
  assert.equal(finals.length, 1);
  return finals[0].text;
}

/** A repeatable noise, -1..1. */
function hiss(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
}

function sounds(seconds: number): Record<string, Float32Array> {
  const make = (sample: (t: number, noise: number) => number) => {
    const noise = hiss();
    return Float32Array.from({ length: seconds * 16_000 }, (_, n) => sample(n / 16_000, noise()));
  };
  const tone = (t: number, frequency: number) => Math.sin(2 * Math.PI * frequency * t);
  return {
    silence: make(() => 0),
    "loud white noise": make((_, noise) => 0.2 * noise),
    "soft white noise": make((_, noise) => 0.01 * noise),
    "mains hum": make((t, noise) => 0.1 * tone(t, 50) + 0.05 * tone(t, 150) + 0.001 * noise),
    // A thump of 80 Hz and a crack that die away within 100 ms, once a second.
    "slamming doors": make((t, noise) => {
      const since = (t + 0.5) % 1;
      return 0.9 * Math.exp(-since / 0.03) * (0.6 * tone(since, 80) + 0.4 * noise) + 0.0005 * noise;
    }),
  };
}

Deno.test("real recordings are recognised with at most 15 % of the words wrong", async () => {
  let [errors, total] = [0, 0];
  for (const [name, said] of Object.entries(await readTexts())) {
    const heard = await final(segment(await readRecording(name)));
    const wrong = wordErrors(said, heard);
    errors += wrong.errors;
    total += wrong.words;
    console.log(`${name}: ${wrong.errors} of ${wrong.words} words wrong: ${heard}`);
  }
  console.log(`word error rate: ${(100 * errors / total).toFixed(1)} %`);
  assert.ok(errors / total <= 0.15, `${errors} of ${total} words are wrong`);
});

for (const name of Object.keys(await readTexts())) {
  Deno.test(`${name} from the microphone through the VAD to its text`, async () => {
    const said = (await readTexts())[name];
    const cut = await answers(patient, microphone(await readRecording(name, 1)));
    const marks = cut.filter((body) => body.kind !== "audio.speech").map(({ kind }) => kind);
    assert.deepEqual(marks, ["speech.start", "speech.end"]);

    const heard = await texts(cut);
    assert.deepEqual(heard.map((body) => body.final), [...Array(heard.length - 1).fill(false), true]);
    assert.ok(heard.length > 2, "there were no partial transcripts");
    const rate = wordErrorRate(said, heard.at(-1)!.text);
    assert.ok(rate <= 0.25, `word error rate ${rate}: ${heard.at(-1)!.text}`);
  });
}

for (const [name, pcm] of Object.entries(sounds(6))) {
  Deno.test(`${name}: no words`, async () => {
    const around = new Float32Array(16_000);
    const cut = await answers(silero, microphone(concat([around, pcm, around])));
    assert.deepEqual((await texts(cut)).filter(({ text }) => text !== ""), []);
    // Even where a VAD takes it for speech.
    assert.equal(await final(segment(pcm.subarray(0, 16_000))), "");
    assert.equal(await final(segment(pcm)), "");
  });
}

Deno.test("speech that goes on belongs to the same text, new speech does not", async () => {
  const state = await ears.open(session);
  const pcm = await readRecording("cards");
  // Between "spades," and "four".
  const middle = Math.round(1.04 * 16_000);
  const [before, after] = [pcm.subarray(0, middle), pcm.subarray(middle)];
  assert.ok(wordErrorRate("eight of spades", await final(segment(before), { state })) < 0.34);
  const whole = await final(segment(after, "speech.resume"), { state });
  assert.ok(wordErrorRate((await readTexts()).cards, whole) < 0.25, whole);
  const next = await final(segment(await readRecording("go-forward")), { state });
  assert.ok(wordErrorRate((await readTexts())["go-forward"], next) < 0.25, next);
  await ears.close(state);
});

Deno.test("long speech is cut in pieces and nothing is lost", async () => {
  const names = ["austen-0870", "austen-0880", "austen-0890", "austen-0920", "austen-0930"];
  const said = await readTexts();
  const pcm = concat(await Promise.all(names.map((name) => readRecording(name))));
  await using model = await load(asr, { max_segment: 8, partial_interval: 0 });
  const state = await model.open(session);
  let longest = 0;
  const bodies = function* () {
    for (const body of segment(pcm)) {
      yield body;
      longest = Math.max(longest, state.take.length);
    }
  };
  const out = await answers(model, bodies(), { state });
  assert.equal(out.length, 1);
  const { text } = out[0] as Text;
  const rate = wordErrorRate(names.map((name) => said[name]).join(" "), text);
  assert.ok(rate <= 0.15, `word error rate ${rate}: ${text}`);
  assert.ok(longest <= 8 * 16_000, `${longest} samples were kept`);
});

Deno.test("speech under min_speech is dropped", async () => {
  const pcm = (await readRecording("go-forward")).subarray(8_000, 8_000 + 6 * 512);
  const bodies = segment(pcm);
  // 128 ms at the start, five more clips, 128 ms of silence: 160 ms of speech.
  assert.equal(await final([...bodies.slice(0, -1), { kind: "speech.end", lead: 128 }]), "");
});

Deno.test("a sentence may come as one chunk", async () => {
  const pcm = await readRecording("go-forward");
  const text = await final([
    { kind: "speech.start", lead: 0 },
    { kind: "audio.speech", pcm, rate: 16_000 },
    { kind: "speech.end", lead: 0 },
  ]);
  assert.ok(wordErrorRate((await readTexts())["go-forward"], text) < 0.25, text);
});

Deno.test("a partial transcript is given up when speech has ended, the final one is complete", async () => {
  const bodies = segment(await readRecording("austen-0930"));
  const usual = await texts(bodies);
  const state = await ears.open(session);
  let [ended, looks] = [false, 0];
  const ctx = context({
    // The end of speech comes in during every run that looks, and goes away again with the next frame.
    breathe: () => {
      [ended, looks] = [true, looks + 1];
      return Promise.resolve();
    },
    waiting: (kind) => kind === "speech.end" && ended,
  });
  let partials = 0;
  for (const body of bodies.slice(0, -1)) {
    ended = false;
    partials += (await answers(ears, [body], { state, ctx })).length;
  }
  assert.ok(looks > 0);
  assert.ok(partials < usual.length - 1, `${partials} partial transcripts were not given up`);
  assert.equal(await final(bodies.slice(-1), { state }), usual.at(-1)!.text);
  await ears.close(state);
});

Deno.test("chunks that wait are added before the next run", async () => {
  const ctx = context({ waiting: (kind) => kind === "audio.speech" });
  const bodies = segment(await readRecording("go-forward"));
  const out = await answers(ears, bodies, { ctx });
  assert.deepEqual(out.map((body) => (body as Text).final), [true]);
});

Deno.test("a caller who leaves gets no text", async () => {
  const ctx = context({ signal: AbortSignal.abort() });
  assert.deepEqual(await answers(ears, segment(await readRecording("go-forward")), { ctx }), []);
});

Deno.test("callers who speak at once each get their own text", async () => {
  const names = ["cards", "austen-0930", "go-forward"];
  const bodies = await Promise.all(names.map(async (name) => segment(await readRecording(name))));
  const alone = [];
  for (const each of bodies) alone.push(await final(each));
  assert.deepEqual(await Promise.all(bodies.map((each) => final(each))), alone);
});

Deno.test("a draft changes the speed and never the result", async () => {
  const pcm = await readRecording("austen-0890");
  const options = { limit: 60 };
  const { tokens } = await moonshine.transcribe(pcm, options);
  assert.ok(tokens.length > 10);
  const drafts = [tokens, tokens.slice(0, 5), tokens.with(3, 77), tokens.with(0, 9), [...tokens, 5, 6]];
  for (const draft of drafts) {
    let steps = 0;
    const stop = (count: number) => (steps = count) < 0;
    assert.deepEqual((await moonshine.transcribe(pcm, { ...options, draft, stop })).tokens, tokens);
    if (draft === tokens) assert.equal(steps, 0);
  }
});

Deno.test("a run is stopped where it is told to", async () => {
  const pcm = await readRecording("austen-0890");
  const { tokens } = await moonshine.transcribe(pcm, { limit: 60 });
  const stopped = await moonshine.transcribe(pcm, { limit: 60, stop: (steps) => steps === 4 });
  assert.deepEqual([stopped.stopped, stopped.tokens], [true, tokens.slice(0, 4)]);
  assert.equal((await moonshine.transcribe(pcm, { limit: 3 })).tokens.length, 3);
});

Deno.test("settings: defaults, nothing out of range, nothing unknown", () => {
  assert.deepEqual(v.parse(asr.config, {}), {
    enabled: true,
    model_name: "moonshine-tiny-en",
    partial_interval: 480,
    min_speech: 250,
    max_tokens_per_second: 6.5,
    max_segment: 30,
  });
  for (const wrong of [{ min_speech: -1 }, { max_segment: 0 }, { model_name: 3 }, { beam: 5 }]) {
    assert.equal(v.safeParse(asr.config, wrong).success, false, JSON.stringify(wrong));
  }
});

Deno.test("at a pause the final text is told, at the end not again, and who goes on is heard as a whole", async () => {
  const pcm = await readRecording("cards");
  const half = 28_800;
  const [opening, ...clips] = segment(pcm.slice(0, half)).slice(0, -1);
  const silence = { kind: "audio.speech", pcm: new Float32Array(1024), rate: 16_000 } as const;
  const state = await ears.open(session);
  const pause: Body[] = [{ ...silence, pcm: new Float32Array(1024) }, { kind: "speech.pause", lead: 64 }];
  const first = await final([opening, ...clips, ...pause], { state });
  const after = await texts([{ ...silence }, { kind: "speech.end", lead: 128 }], { state });
  assert.deepEqual(after, [], "nothing was said since");
  const whole = await final(segment(pcm.slice(half), "speech.resume"), { state });
  assert.ok(first.length > 0 && whole.length > first.length, `"${first}" against "${whole}"`);
});
