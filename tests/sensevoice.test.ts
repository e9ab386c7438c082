/** ASR_SenseVoice with a synthetic graph that hears tones; the real weights are tried where they lie. */
import assert from "node:assert/strict";
import * as v from "valibot";
import type { Body, BodyOf } from "../src/engine/frame.ts";
import type { Context, Model } from "../src/engine/handler.ts";
import { listen, openState, type State } from "../src/handlers/asr/listening.ts";
import { handler, recogniserOf } from "../src/handlers/asr/sensevoice.ts";
import { openSenseVoice, type SenseVoice } from "../src/handlers/asr/sensevoice_graph.ts";
import {
  answers,
  context,
  env,
  load,
  microphone,
  readRecording,
  readTexts,
  session,
  stamp,
} from "./hearing.ts";
import { say, slur, writeSynthetic } from "./synthetic_sensevoice.ts";
import { wordErrors } from "./word_error_rate.ts";

type Text = BodyOf<"text.user">;

let folder = "";
let ears: Model<State>;
Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir();
  await writeSynthetic(folder);
  ears = await open();
});
Deno.test.afterAll(async () => {
  await ears[Symbol.asyncDispose]();
  await Deno.remove(folder, { recursive: true });
});

/** The handler over the synthetic graph. */
function open(settings: object = {}): Promise<Model<State>> {
  return handler.load(v.parse(handler.config, { model_name: ".", ...settings }), {
    ...env,
    modelRoot: folder,
  });
}

function clips(pcm: Float32Array): Body[] {
  return microphone(pcm, 512).map((body) => ({ ...body, kind: "audio.speech" } as Body));
}

const start: Body = { kind: "speech.start", lead: 128 };
const end: Body = { kind: "speech.end", lead: 0 };
const pause: Body = { kind: "speech.pause", lead: 0 };

async function texts(
  bodies: Body[],
  { model = ears, ...options }: { model?: Model<State>; state?: State; ctx?: Context } = {},
): Promise<Text[]> {
  return (await answers(model, bodies, options)).filter((body) => body.kind === "text.user");
}

Deno.test("captions grow while somebody speaks, then comes the text and its language", async () => {
  const heard = await texts([start, ...clips(say("你", "好", "。", "▁hello", "조", "你", "好")), end]);
  const text = "你好。 hello조你好";
  assert.deepEqual(heard.at(-1), { kind: "text.user", text, final: true, language: "zh" });
  const partial = heard.slice(0, -1);
  assert.ok(partial.length > 1, "there were no captions");
  for (const caption of partial) {
    assert.ok(text.startsWith(caption.text) && !caption.final && caption.language === "zh", caption.text);
  }
});

Deno.test("at a pause the text is told, at the end not again, and who goes on is heard as a whole", async () => {
  const state = await ears.open(session);
  const final = async (bodies: Body[]) => (await texts(bodies, { state })).filter((body) => body.final);
  const first = await final([start, ...clips(say("你", "好")), pause]);
  assert.deepEqual(first.map(({ text }) => text), ["你好"]);
  assert.deepEqual(await final([end]), [], "nothing was said since");
  const whole = await final([{ kind: "speech.resume", lead: 128 }, ...clips(say("你", "。")), pause, end]);
  assert.deepEqual(whole.map(({ text }) => text), ["你好你。"]);
  const next = await final([start, ...clips(say("。", "好")), end]);
  assert.deepEqual(next.map(({ text }) => text), ["。好"]);
  await ears.close(state);
});

for (const language of ["zh", "en", "ja", "ko", "yue"]) {
  Deno.test(`the graph is told that ${language} is spoken, and to leave out punctuation`, async () => {
    await using model = await open({ language, use_itn: false });
    const heard = await texts([start, ...clips(say("好", "你")), end], { model });
    assert.deepEqual(heard.at(-1), { kind: "text.user", text: "plain好你", final: true, language });
  });
}

Deno.test("long Chinese speech is cut into pieces, which are joined without spaces", async () => {
  await using model = await open({ max_segment: 2, partial_interval: 0 });
  const said = Array.from({ length: 16 }, (_, n) => n % 2 === 0 ? "你" : "好");
  const heard = await texts([start, ...clips(say(...said)), end], { model });
  assert.deepEqual(heard.map(({ text }) => text), [said.join("")]);
});

Deno.test("silence, hum and what is shorter than min_speech have no words", async () => {
  const hum = Float32Array.from(
    { length: 16_000 },
    (_, n) => 0.2 * Math.sin(2 * Math.PI * 1000 * n / 16_000),
  );
  const short = say("你").subarray(0, 1920);
  for (const pcm of [new Float32Array(16_000), hum, short]) {
    const heard = await texts([start, ...clips(pcm), { kind: "speech.end", lead: 100 }]);
    assert.deepEqual(heard, [{ kind: "text.user", text: "", final: true }]);
  }
});

Deno.test("a caller who leaves gets no text", async () => {
  const ctx = context({ signal: AbortSignal.abort() });
  assert.deepEqual(await texts([start, ...clips(say("你", "好", "你")), end], { ctx }), []);
});

Deno.test("a caption is given up when speech has ended meanwhile, the text is complete", async () => {
  let ended = false;
  const ctx = context({
    breathe: () => Promise.resolve(void (ended = true)),
    waiting: (kind) => kind === "speech.end" && ended,
  });
  const state = await ears.open(session);
  const said = Array.from({ length: 10 }, (_, n) => n % 2 === 0 ? "你" : "好");
  const bodies = clips(slur(...said));
  const loud: Text[] = [];
  for (const body of [start, ...bodies]) {
    // The end of speech comes in whenever a run lets it, and goes away again with the next frame.
    ended = false;
    const before = state.take.heard;
    loud.push(...await texts([body], { state, ctx }));
    if (ended) assert.equal(state.take.heard, before, "the run was made all the same");
  }
  const usual = await texts([start, ...bodies]);
  assert.ok(loud.length < usual.length, "no caption was given up");
  assert.deepEqual((await texts([end], { state })).map(({ text }) => text), [said.join("")]);
  await ears.close(state);
});

Deno.test("chunks that wait are added before the next run", async () => {
  const ctx = context({ waiting: (kind) => kind === "audio.speech" });
  const heard = await texts([start, ...clips(say("你", "好", "你", "好")), end], { ctx });
  assert.deepEqual(heard.map(({ text, final }) => [text, final]), [["你好你好", true]]);
});

Deno.test("callers who speak at once each get their own text", async () => {
  const said = [["你", "好"], ["好", "好", "你"], ["▁hello", "조"]];
  const heard = await Promise.all(said.map((words) => texts([start, ...clips(say(...words)), end])));
  assert.deepEqual(heard.map((each) => each.at(-1)!.text), ["你好", "好好你", "hello조"]);
});

Deno.test("while the caller speaks, slow runs take a quarter of the time at most", async () => {
  let runs = 0;
  const slow: SenseVoice = {
    transcribe(pcm) {
      runs++;
      // 80 ms for each second of sound: a graph of the real one's size on one core of an AMD EPYC.
      for (const began = performance.now(); performance.now() - began < pcm.length / 200;);
      return Promise.resolve({ text: "好" });
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const recogniser = recogniserOf(slow, v.parse(handler.config, { partial_interval: 100 }));
  const state = openState();
  const hear = async (bodies: Body[]) => {
    const began = performance.now();
    for (const body of bodies) for await (const _ of listen(recogniser, state, stamp(body), context()));
    return performance.now() - began;
  };
  const said = Array.from({ length: 20 }, () => "好");
  const spent = await hear([start, ...clips(say(...said))]);
  assert.ok(runs > 2, `${runs} runs`);
  assert.ok(spent < 0.25 * 4800 * 1.2, `${spent} ms of 4800`);
  await hear([pause]);
  assert.ok(state.told);
});

Deno.test("what is no SenseVoice is refused, and what is wrong is named", async () => {
  const other = await Deno.makeTempDir();
  await assert.rejects(openSenseVoice(other), /No such file.*tokens\.txt/);
  await writeSynthetic(other, { neg_mean: "1,2" });
  await assert.rejects(
    openSenseVoice(other),
    /int8\.onnx" is no SenseVoice.*2 values "neg_mean" instead of 560/,
  );
  await writeSynthetic(other, { normalize_samples: "1" });
  await assert.rejects(openSenseVoice(other), /samples of -1\.\.1/);
  await Deno.copyFile(`${env.modelRoot}/silero-vad-v5/silero_vad_v5.onnx`, `${other}/model.int8.onnx`);
  await assert.rejects(openSenseVoice(other), /its metadata have no "normalize_samples"/);
  await Deno.remove(other, { recursive: true });
});

Deno.test("settings: defaults, nothing out of range, nothing unknown", () => {
  assert.deepEqual(v.parse(handler.config, {}), {
    enabled: true,
    model_name: "SenseVoiceSmall",
    language: "auto",
    use_itn: true,
    partial_interval: 480,
    min_speech: 250,
    max_segment: 30,
  });
  for (
    const wrong of [{ language: "fr" }, { use_itn: 1 }, { max_segment: 0 }, { max_tokens_per_second: 5 }]
  ) {
    assert.equal(v.safeParse(handler.config, wrong).success, false, JSON.stringify(wrong));
  }
});

Deno.test({
  name: "the real weights write down the recordings with at most 15 % of the words wrong",
  ignore: !await Deno.stat(`${env.modelRoot}/SenseVoiceSmall/tokens.txt`).catch(() => null),
  async fn() {
    await using model = await load(handler);
    let [errors, total] = [0, 0];
    for (const [name, said] of Object.entries(await readTexts())) {
      const heard: Text = (await texts([start, ...clips(await readRecording(name)), end], { model })).at(-1)!;
      assert.equal(heard.language, "en");
      const wrong = wordErrors(said, heard.text);
      errors += wrong.errors;
      total += wrong.words;
    }
    assert.ok(errors / total <= 0.15, `${errors} of ${total} words are wrong`);
  },
});
