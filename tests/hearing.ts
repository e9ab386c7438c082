/** Runs recordings through the handlers that hear, frame by frame, as a worker does. */
import * as v from "valibot";
import type { Body, Frame } from "../src/engine/frame.ts";
import type { Context, Handler, HandlerEnv, Model, SessionInfo } from "../src/engine/handler.ts";
import { concat } from "../src/audio/pcm.ts";
import { readWav } from "../src/audio/wav.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const env: HandlerEnv = {
  modelRoot: `${import.meta.dirname}/../models`,
  avatarRoot: "",
  log: silent,
};

export const session: SessionInfo = { id: "test", video: { codec: "vp8", bitrate: 1_000_000 } };

/** What was said in each recording, by its name. */
export async function readTexts(): Promise<Record<string, string>> {
  const { _: _about, ...texts } = JSON.parse(
    await Deno.readTextFile(`${import.meta.dirname}/recordings/recordings.json`),
  );
  return texts;
}

/** A recording, 16 kHz, with this many seconds of silence before and after. */
export async function readRecording(name: string, around = 0): Promise<Float32Array<ArrayBuffer>> {
  const { pcm } = readWav(await Deno.readFile(`${import.meta.dirname}/recordings/${name}.wav`));
  const silence = new Float32Array(Math.round(around * 16_000));
  return concat([silence, pcm, silence]);
}

/** Sound as the microphone delivers it: frames of `size` samples, 20 ms if not said otherwise. */
export function microphone(pcm: Float32Array, size = 320): Body[] {
  return Array.from({ length: Math.ceil(pcm.length / size) }, (_, n) => {
    return { kind: "audio.mic", pcm: pcm.slice(n * size, (n + 1) * size), rate: 16_000 };
  });
}

/** Loads a handler with its defaults but for `settings`. */
export function load<C, S>(handler: Handler<C, S>, settings: object = {}): Promise<Model<S>> {
  return handler.load(v.parse(handler.config, settings), env);
}

/** A context in which nothing is waiting and nothing is cancelled, but for `changes`. */
export function context(changes: Partial<Context> = {}): Context {
  return {
    signal: new AbortController().signal,
    log: silent,
    now: () => 0,
    waiting: () => false,
    breathe: () => Promise.resolve(),
    ...changes,
  };
}

export function stamp(body: Body): Frame {
  return { session: session.id, turn: 1, epoch: 0, at: 0, ...body };
}

/** Everything a model answers to these frames of one caller. */
export async function answers<S>(
  model: Model<S>,
  bodies: Iterable<Body>,
  { state, ctx = context() }: { state?: S; ctx?: Context } = {},
): Promise<Body[]> {
  const caller = state ?? await model.open(session);
  const out: Body[] = [];
  for (const body of bodies) {
    for await (const answer of model.handle(caller, stamp(body), ctx)) out.push(answer);
  }
  if (state === undefined) await model.close(caller);
  return out;
}
