/** Speech recognition by any server with OpenAI's `/v1/audio/transcriptions`. */
import * as v from "valibot";
import { writeWav } from "../../audio/wav.ts";
import type { Body, Frame } from "../../engine/frame.ts";
import type { Context, Handler, Model } from "../../engine/handler.ts";
import { faultOf, RemoteError } from "../../remote/failure.ts";
import { type Exchange, openRemote, type Remote } from "../../remote/remote.ts";
import { remoteSettings, secretsOf } from "../../remote/settings.ts";
import { events } from "../../remote/sse.ts";
import { believe, contour, lifeless } from "./guard.ts";
import { listen, openState, pacing, type Recogniser, silent, type State, type Words } from "./listening.ts";
import { RATE } from "./take.ts";

const NAME = "ASR_OpenAI";
/** Milliseconds between two looks at what else has come in, while a server works. */
const LOOK = 20;

const Config = v.strictObject({
  ...remoteSettings("http://localhost:8000/v1"),
  ...pacing,
  /** Every partial transcript is a request of its own. */
  partial_interval: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
  /** ISO 639-1, "en", "zh"; empty: the server finds out. */
  language: v.optional(v.string(), ""),
  /** Asks for the text in pieces: servers that recognise while they send answer sooner. */
  stream: v.optional(v.boolean(), false),
});
type Config = v.InferOutput<typeof Config>;

interface Caller {
  id: string;
  state: State;
}

function form({ language, stream, extra }: Config, model: string, pcm: Float32Array): FormData {
  const form = new FormData();
  form.set("file", new Blob([writeWav(pcm, RATE)], { type: "audio/wav" }), "speech.wav");
  form.set("model", model);
  form.set("response_format", "json");
  if (language) form.set("language", language);
  if (stream) form.set("stream", "true");
  for (const [key, value] of Object.entries(extra)) form.set(key, String(value));
  return form;
}

/** The text of an answer, whole (JSON) or in pieces (events); what a server sends is told by its content type. */
async function* readTranscript({ response, patience }: Exchange): AsyncGenerator<Words> {
  const host = new URL(response.url).host;
  if (!response.headers.get("content-type")?.includes("text/event-stream")) {
    const { text, language } = await response.json() as { text?: string; language?: string };
    if (text === undefined) throw new RemoteError(`${host} sent no text`, { status: 501 });
    yield { text: text.trim(), language };
    return;
  }
  let text = "";
  let over = false;
  for await (const data of events(patience.read(response))) {
    if (data === "[DONE]") break;
    const event = JSON.parse(data) as { type?: string; delta?: string; text?: string };
    patience.heard();
    if (event.type === "transcript.text.delta") text += event.delta ?? "";
    if (event.type === "transcript.text.done") [text, over] = [event.text ?? text, true];
  }
  if (!over) throw new RemoteError(`${host} broke off in the middle of the text`);
  yield { text: text.trim() };
}

/** A signal that fires when what is asked for is no longer wanted. */
function wanted(ctx: Context, leave: boolean): { signal: AbortSignal } & Disposable {
  const over = new AbortController();
  // The caller has gone on: a longer take will be recognised.
  const outdated = () =>
    ctx.waiting("speech.resume") || ctx.waiting("speech.start") || (leave && silent(ctx));
  const timer = setInterval(() => outdated() && over.abort(), LOOK);
  return {
    signal: AbortSignal.any([ctx.signal, over.signal]),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

async function transcribe(
  remote: Remote,
  config: Config,
  caller: string,
  pcm: Float32Array,
  signal: AbortSignal,
): Promise<Words | null> {
  const ask = (model: string) => ({ path: "/audio/transcriptions", form: form(config, model, pcm) });
  try {
    for await (const words of remote.stream(caller, signal, ask, readTranscript)) return words;
    return null;
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** @param frame the one that is being handled. */
function recogniserFor(remote: Remote, config: Config, id: string, frame: Frame): Recogniser {
  return {
    name: NAME,
    settings: config,
    rest: () => 0,
    async recognise(take, pcm, ctx, leave) {
      // A short gap is no pause yet: running ahead, as a recogniser in this machine does, would double the requests.
      if (frame.kind === "audio.speech" && !leave && pcm.length === take.length) return null;
      const shape = contour(pcm);
      if (lifeless(shape)) return { text: "" };
      using use = wanted(ctx, leave);
      const words = await transcribe(remote, config, id, pcm, use.signal);
      if (words === null) return null;
      const language = config.language || (words.language?.length === 2 ? words.language : undefined);
      return { text: believe(words.text, shape), language };
    },
  };
}

/** `ASR_OpenAI`: the caller's speech in, its text out, at a pause and at the end of speech. */
export const handler: Handler<Config, Caller> = {
  name: NAME,
  config: Config,
  consumes: ["speech.start", "audio.speech", "speech.pause", "speech.end", "speech.resume"],
  produces: ["text.user"],
  models: () => [],
  endpoints: ({ base_url }) => base_url,
  secrets: secretsOf,

  async load(config, env): Promise<Model<Caller>> {
    const remote = await openRemote(config, env.log);
    return {
      open: ({ id }) => ({ id, state: openState() }),
      close: ({ id }) => remote.pool.forget(id),
      async *handle({ id, state }, frame, ctx): AsyncGenerator<Body> {
        try {
          yield* listen(recogniserFor(remote, config, id, frame), state, frame, ctx);
        } catch (error) {
          yield faultOf(NAME, error, ctx.log);
        }
      },
      [Symbol.asyncDispose]() {
        remote[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  },
};
