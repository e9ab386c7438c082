/** The chain's own models called directly, one after another, in this process: no worker, no network, no face. */
import { clauseSplitter } from "../src/audio/clauses.ts";
import type { Config } from "../src/config/load.ts";
import type { Body, Kind } from "../src/engine/frame.ts";
import type { Model } from "../src/engine/handler.ts";
import { context, env, session, stamp } from "../tests/hearing.ts";

/** Milliseconds, each from the beginning of its own call. */
export interface DirectTimes {
  /** The whole line recognised, in one go. */
  transcript: number;
  firstClause: number;
  /** The whole reply's text. */
  reply: number;
  firstPiece: number;
  /** The whole reply's sound. */
  sound: number;
}

export interface DirectChain extends AsyncDisposable {
  /** Answers one line after all those before it; sound of 16 kHz from the first to the last voiced sample. */
  answer(pcm: Float32Array<ArrayBuffer>): Promise<DirectTimes>;
}

interface Stage {
  handle(...bodies: Body[]): AsyncIterable<Body>;
  close(): Promise<void>;
}

/** @throws if the configuration has no handler that recognises, answers or speaks. */
export async function openDirectChain(config: Config): Promise<DirectChain> {
  await using open = new AsyncDisposableStack();
  const stage = async (kind: Kind) => {
    const opened = await openStage(config, kind);
    open.defer(opened.close);
    return opened;
  };
  const [asr, llm, tts] = [await stage("text.user"), await stage("text.reply"), await stage("audio.reply")];
  const owned = open.move();
  return {
    async answer(pcm) {
      const { user, ...heard } = await recognise(asr, pcm);
      const { text, ...thought } = await think(llm, user);
      const spoken = await speak(tts, text);
      await drain(llm.handle({ kind: "turn.end", user, heard: text, interrupted: false }));
      return { ...heard, ...thought, ...spoken };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function openStage({ handlers, chat_engine }: Config, kind: Kind): Promise<Stage> {
  const found = handlers.find(({ produces }) => produces.includes(kind));
  if (!found) throw new Error(`The configuration has no handler that produces "${kind}".`);
  const model: Model<unknown> = await found.handler.load(found.config, {
    ...env,
    modelRoot: chat_engine.model_root,
  });
  const state = await model.open(session);
  const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
  // Nothing but the whole is wanted: a recogniser that sees the end coming makes no partial runs.
  const ctx = context({ now: () => performance.now(), breathe, waiting: (kind) => kind === "speech.end" });
  return {
    async *handle(...bodies) {
      for (const body of bodies) yield* model.handle(state, stamp(body), ctx);
    },
    async close() {
      await model.close(state);
      await model[Symbol.asyncDispose]();
    },
  };
}

async function recognise(asr: Stage, pcm: Float32Array<ArrayBuffer>) {
  const since = performance.now();
  let user = "";
  const speech: Body[] = [
    { kind: "speech.start", lead: 0 },
    { kind: "audio.speech", pcm, rate: 16_000 },
    { kind: "speech.end", lead: 0 },
  ];
  for await (const body of asr.handle(...speech)) {
    if (body.kind === "text.user" && body.final) user = body.text;
  }
  return { user, transcript: performance.now() - since };
}

async function think(llm: Stage, user: string) {
  const since = performance.now();
  const splitter = clauseSplitter();
  let text = "";
  let firstClause = 0;
  for await (const body of llm.handle({ kind: "text.user", text: user, final: true })) {
    if (body.kind !== "text.reply") continue;
    text += body.delta;
    if (splitter.push(body.delta).length > 0) firstClause ||= performance.now() - since;
  }
  const reply = performance.now() - since;
  return { text, firstClause: firstClause || reply, reply };
}

async function speak(tts: Stage, text: string) {
  const since = performance.now();
  let firstPiece = 0;
  for await (const body of tts.handle({ kind: "text.reply", delta: text, last: true })) {
    if (body.kind === "audio.reply" && body.pcm.length > 0) firstPiece ||= performance.now() - since;
  }
  return { firstPiece, sound: performance.now() - since };
}

async function drain(bodies: AsyncIterable<Body>): Promise<void> {
  for await (const _ of bodies);
}
