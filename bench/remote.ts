/**
 * What `LLM_OpenAI`, `ASR_OpenAI` and `TTS_OpenAI` add to the server's own time to the first of an answer: the same
 * requests are made directly and through the handler in turn, direct first and handler first by turns (ABBA), to the
 * same real servers. Arguments: how many pairs (30).
 *
 * The handler's time runs from its frame to the first frame it gives out; the direct one from `fetch` to the first
 * content. Where the handler waits for a whole word, the direct request waits for the same.
 */
import type { Body } from "../src/engine/frame.ts";
import { replyStream } from "../src/handlers/llm/reply.ts";
import { handler as ears } from "../src/handlers/asr/openai.ts";
import { handler as brain } from "../src/handlers/llm/openai.ts";
import { handler as voice } from "../src/handlers/tts/openai.ts";
import { events } from "../src/remote/sse.ts";
import { writeWav } from "../src/audio/wav.ts";
import { context, load, readRecording, session, stamp } from "../tests/hearing.ts";
import { startChat, startSpeech } from "../tests/servers.ts";
import { load as loadLine } from "./machine.ts";
import { percentile, table } from "./statistics.ts";

interface Contest {
  name: string;
  /** Makes the request number n and settles when the first of its answer is there; leaves the server idle. */
  direct(n: number): Promise<number>;
  handler(n: number): Promise<number>;
}

/** Milliseconds until the first body that is wanted; the rest is read too. */
async function first(bodies: AsyncIterable<Body>, wanted: (body: Body) => boolean): Promise<number> {
  const since = performance.now();
  let at = NaN;
  for await (const body of bodies) if (Number.isNaN(at) && wanted(body)) at = performance.now() - since;
  return at;
}

/** As the handlers have it: with Deno's usual client a form takes 40 ms longer. */
const client = Deno.createHttpClient({ http2: false });

const post = (url: string, json: unknown) =>
  fetch(url, {
    client,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(json),
  });

const QUESTIONS = ["What is the capital of France?", "How are you today?", "What do you like to eat?"];

async function chat(url: string): Promise<Contest & AsyncDisposable> {
  const settings = {
    base_url: url,
    model_name: "m",
    max_tokens: 12,
    temperature: 0,
    system_prompt: "Be brief.",
  };
  const model = await load(brain, settings);
  const ask = (n: number) => QUESTIONS[n % QUESTIONS.length];
  return {
    name: "LLM_OpenAI, first word",
    async direct(n) {
      const since = performance.now();
      const messages = [{ role: "system", content: "Be brief." }, { role: "user", content: ask(n) }];
      const response = await post(`${url}/chat/completions`, {
        model: "m",
        messages,
        stream: true,
        max_tokens: 12,
        temperature: 0,
      });
      const reply = replyStream();
      let at = NaN;
      for await (const data of events(response.body!)) {
        const text = data === "[DONE]" ? "" : JSON.parse(data).choices?.[0]?.delta?.content ?? "";
        if (reply.push(text) !== "" && Number.isNaN(at)) at = performance.now() - since;
      }
      return at;
    },
    async handler(n) {
      // A caller of its own each time: the same prompt without a history.
      const caller = await model.open({ ...session, id: `c${n}` });
      const frame = stamp({ kind: "text.user", text: ask(n), final: true });
      const at = await first(model.handle(caller, frame, context()), ({ kind }) => kind === "text.reply");
      await model.close(caller);
      return at;
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

async function transcription(url: string): Promise<Contest & AsyncDisposable> {
  const model = await load(ears, { base_url: url, model_name: "m" });
  const pcm = await readRecording("go-forward");
  return {
    name: "ASR_OpenAI, text",
    async direct() {
      const since = performance.now();
      const form = new FormData();
      form.set("file", new Blob([writeWav(pcm, 16_000)], { type: "audio/wav" }), "speech.wav");
      form.set("model", "m");
      await (await fetch(`${url}/audio/transcriptions`, { client, method: "POST", body: form })).json();
      return performance.now() - since;
    },
    async handler() {
      const caller = await model.open(session);
      const speech: Body[] = [{ kind: "speech.start", lead: 0 }, { kind: "audio.speech", pcm, rate: 16_000 }];
      for (const body of speech) await Array.fromAsync(model.handle(caller, stamp(body), context()));
      return await first(
        model.handle(caller, stamp({ kind: "speech.end", lead: 128 }), context()),
        ({ kind }) => kind === "text.user",
      );
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

async function speech(url: string): Promise<Contest & AsyncDisposable> {
  const model = await load(voice, { base_url: url, model_name: "m", sample_rate: 22_050, voice: "joe" });
  const input = "Sure, I can help.";
  return {
    name: "TTS_OpenAI, first sound",
    async direct() {
      const since = performance.now();
      const request = {
        model: "m",
        input: "Sure,",
        voice: "joe",
        speed: 1,
        response_format: "pcm",
        stream_format: "audio",
      };
      const response = await post(`${url}/audio/speech`, request);
      let at = NaN;
      for await (const _ of response.body!) if (Number.isNaN(at)) at = performance.now() - since;
      return at;
    },
    async handler() {
      const caller = await model.open(session);
      const since = performance.now();
      let at = NaN;
      for await (
        const body of model.handle(caller, stamp({ kind: "text.reply", delta: input, last: true }), context())
      ) {
        if (body.kind !== "audio.reply") continue;
        at = performance.now() - since;
        break;
      }
      await model.close(caller);
      return at;
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}

async function compare(contest: Contest, pairs: number): Promise<(string | number)[]> {
  const direct: number[] = [], handler: number[] = [], added: number[] = [];
  await contest.direct(0);
  await contest.handler(0);
  for (let n = 0; n < pairs; n++) {
    const order = n % 2 === 0 ? ["direct", "handler"] as const : ["handler", "direct"] as const;
    const took = { direct: 0, handler: 0 };
    for (const way of order) took[way] = await contest[way](n);
    direct.push(took.direct);
    handler.push(took.handler);
    added.push(took.handler - took.direct);
  }
  const p = (numbers: number[], share: number) => percentile(numbers, share).toFixed(1);
  return [contest.name, p(direct, 0.5), p(handler, 0.5), p(added, 0.5), p(added, 0.95)];
}

if (import.meta.main) {
  const pairs = Number(Deno.args[0] ?? 30);
  console.log(loadLine("before"));
  await using chatServer = await startChat();
  await using speechServer = await startSpeech();
  const rows: (string | number)[][] = [];
  for (
    const open of [
      () => chat(chatServer.url),
      () => transcription(speechServer.url),
      () => speech(speechServer.url),
    ]
  ) {
    await using contest = await open();
    rows.push(await compare(contest, pairs));
  }
  console.log(
    table(["milliseconds, " + pairs + " pairs", "direct p50", "handler p50", "added p50", "added p95"], rows),
  );
  console.log(loadLine("after"));
}
