/** Speaks replies with any server that has OpenAI's `/v1/audio/speech`, clause by clause while they are being written. */
import * as v from "valibot";
import { type Clause, type ClauseSplitter, clauseSplitter, speakable } from "../../audio/clauses.ts";
import { type CueClock, cueClock } from "../../audio/cues.ts";
import type { Body } from "../../engine/frame.ts";
import type { Context, Handler, Model } from "../../engine/handler.ts";
import { faultOf } from "../../remote/failure.ts";
import { type Exchange, openRemote, type Remote } from "../../remote/remote.ts";
import { remoteSettings, secretsOf } from "../../remote/settings.ts";
import { amplify } from "./level.ts";
import { type Mouthing, type Mouths, openMouths } from "./mouthing.ts";
import { type ClausePace, createPace, type Pace } from "./pace.ts";
import { samples } from "./pcm_stream.ts";
import { wordsOf } from "./writing.ts";

const NAME = "TTS_OpenAI";

const Config = v.strictObject({
  ...remoteSettings("http://localhost:8000/v1"),
  voice: v.optional(v.string(), "alloy"),
  /** 2 is twice as fast. */
  speed: v.optional(v.pipe(v.number(), v.minValue(0.25), v.maxValue(4)), 1),
  /** Of the server's PCM, Hz: 24000 for most, 22050 for Piper, 44100 for some. PCM does not tell its rate. */
  sample_rate: v.optional(v.pipe(v.number(), v.integer(), v.minValue(8_000), v.maxValue(96_000)), 24_000),
  volume: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(4)), 1),
});
type Config = v.InferOutput<typeof Config>;

/** A clause whose sound has been asked for. */
interface Spoken {
  sound: AsyncGenerator<Float32Array<ArrayBuffer>>;
  /** Its first piece, which is on its way although nobody reads it yet. */
  first: Promise<IteratorResult<Float32Array<ArrayBuffer>>> | null;
  words: ClausePace;
  cues: CueClock;
  /** Samples of it so far. */
  length: number;
}

/** The reply that is being spoken to one caller. */
interface Reply {
  turn: number;
  epoch: number;
  splitter: ClauseSplitter;
  /** In order; the first is the one that is being given out. */
  clauses: Spoken[];
  /** Clauses that have not been asked for yet. */
  waiting: Clause[];
  mouth: Mouthing;
  /** Samples given out of the clauses before the first. */
  samples: number;
}

interface Caller {
  id: string;
  reply?: Reply;
}

interface Studio {
  config: Config;
  remote: Remote;
  pace: Pace;
  mouths: Mouths;
}

async function* silence(): AsyncGenerator<Float32Array<ArrayBuffer>> {}

/** Clauses asked for at once: the one that sounds and the next. */
const AHEAD = 2;

async function* readSound({ response, patience }: Exchange) {
  for await (const pcm of samples(patience.read(response))) {
    patience.heard();
    yield pcm;
  }
}

/** Asks for the next clauses, as many as may be under way: one alone until it sounds, because the caller waits for it. */
function request({ config, remote, pace }: Studio, id: string, reply: Reply, ctx: Context): void {
  const [sounding] = reply.clauses;
  const most = sounding && sounding.length > 0 ? AHEAD : 1;
  while (reply.clauses.length < most && reply.waiting.length > 0) {
    const { text, glued, cues } = reply.waiting.shift()!;
    const { voice, speed, extra } = config;
    const ask = (model: string) => ({
      path: "/audio/speech",
      json: { model, input: text, voice, speed, response_format: "pcm", stream_format: "audio", ...extra },
    });
    // What has no letter makes no sound, and some servers choke on it; it is shown all the same.
    const sound = speakable(text) ? remote.stream(id, ctx.signal, ask, readSound) : silence();
    const first = sound.next();
    // Looked at when the clause's turn comes.
    first.catch(() => {});
    const words = pace.clause(wordsOf(text, glued ?? false));
    reply.clauses.push({ sound, first, words, cues: cueClock(cues), length: 0 });
  }
}

/** The next piece of the clause: mouth shapes and words that begin in it, then its sound; false when there is none. */
async function* piece({ config }: Studio, reply: Reply, clause: Spoken): AsyncGenerator<Body, boolean> {
  const rate = config.sample_rate;
  const from = reply.samples / rate;
  const next = await (clause.first ?? clause.sound.next());
  clause.first = null;
  const pcm = next.done ? null : next.value;
  clause.length += pcm?.length ?? 0;
  const seconds = clause.length / rate;
  const words = pcm ? clause.words.until(seconds) : clause.words.rest(seconds);
  const placed = words.map((word) => ({ ...word, start: word.start + from, end: word.end + from }));
  const cues = [...clause.cues.reach(placed), ...pcm ? [] : clause.cues.rest(seconds + from)];
  const spans = pcm ? await reply.mouth.push(pcm, rate) : [];
  if (spans.length > 0 || words.length > 0 || cues.length > 0) {
    yield { kind: "phonemes", spans, words: placed, ...cues.length > 0 ? { cues } : {} };
  }
  if (pcm === null) {
    reply.samples += clause.length;
    return false;
  }
  amplify(pcm, config.volume);
  yield { kind: "audio.reply", pcm, rate, last: false };
  return true;
}

/**
 * Gives out what has been asked for, in order. As soon as more text has come it stops, so that the clause in it is asked
 * for while the present one sounds; the frame with that text goes on from here.
 */
async function* giveOut(studio: Studio, caller: Caller, reply: Reply, ctx: Context, whole: boolean) {
  for (let clause; (clause = reply.clauses[0]);) {
    for (let more = true; more;) {
      more = yield* piece(studio, reply, clause);
      if (ctx.signal.aborted) return;
      if (!more) reply.clauses.shift();
      request(studio, caller.id, reply, ctx);
      if (!whole && ctx.waiting("text.reply")) return;
    }
  }
}

/** Nobody waits for it any more. */
async function abandon(reply: Reply | undefined): Promise<void> {
  await Promise.allSettled((reply?.clauses ?? []).map(({ sound }) => sound.return(undefined)));
}

async function* handleReply(
  studio: Studio,
  caller: Caller,
  frame: { turn: number; epoch: number; delta: string; last: boolean },
  ctx: Context,
): AsyncGenerator<Body> {
  const { turn, epoch, delta, last } = frame;
  if (caller.reply?.turn !== turn || caller.reply.epoch !== epoch) {
    await abandon(caller.reply);
    caller.reply = {
      turn,
      epoch,
      splitter: clauseSplitter(),
      clauses: [],
      waiting: [],
      mouth: studio.mouths.open(),
      samples: 0,
    };
  }
  const reply = caller.reply;
  reply.waiting.push(...reply.splitter.push(delta), ...last ? reply.splitter.finish() : []);
  request(studio, caller.id, reply, ctx);
  try {
    yield* giveOut(studio, caller, reply, ctx, last);
  } catch (error) {
    caller.reply = undefined;
    await abandon(reply);
    if (!ctx.signal.aborted) yield faultOf(NAME, error, ctx.log);
    return;
  }
  if (!last || ctx.signal.aborted) return;
  caller.reply = undefined;
  const spans = await reply.mouth.finish();
  if (spans.length > 0) yield { kind: "phonemes", spans, words: [] };
  yield { kind: "audio.reply", pcm: new Float32Array(0), rate: studio.config.sample_rate, last: true };
}

/**
 * `TTS_OpenAI`: reply text in; sound out (mono, `sample_rate`), the times of its words, which are guessed, and shapes for
 * the mouth that a small network hears in the sound: such servers tell no phonemes.
 */
export const handler: Handler<Config, Caller> = {
  name: NAME,
  config: Config,
  consumes: ["text.reply"],
  produces: ["phonemes", "audio.reply"],
  models: () => [],
  endpoints: ({ base_url }) => base_url,
  native: () => true,
  secrets: secretsOf,

  async load(config, env): Promise<Model<Caller>> {
    const remote = await openRemote(config, env.log);
    const studio = { config, remote, pace: createPace(), mouths: await openMouths(env.log) };
    return {
      open: ({ id }) => ({ id }),
      async close({ id, reply }) {
        await abandon(reply);
        studio.remote.pool.forget(id);
      },
      async *handle(caller, frame, ctx) {
        if (frame.kind === "text.reply" && !ctx.signal.aborted) {
          yield* handleReply(studio, caller, frame, ctx);
        }
      },
      [Symbol.asyncDispose]() {
        studio.remote[Symbol.dispose]();
        return studio.mouths[Symbol.asyncDispose]();
      },
    };
  },
};
