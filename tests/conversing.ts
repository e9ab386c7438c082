/** Holds conversations with `S2S_MiniCPM` on a server, frame by frame, and reads what comes of them. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { concat } from "../src/audio/pcm.ts";
import { readWav } from "../src/audio/wav.ts";
import type { Body, Frame } from "../src/engine/frame.ts";
import type { Context, Model } from "../src/engine/handler.ts";
import { handler } from "../src/handlers/s2s/minicpm.ts";
import { handler as piper } from "../src/handlers/tts/piper.ts";
import { answers, context, env, load, readRecording, session, stamp } from "./hearing.ts";
import type { OmniServer } from "./omni_server.ts";

/** What the caller says. */
export const question = await readRecording("go-forward");

export const soundOf = (bodies: Body[]) =>
  concat(bodies.filter((body) => body.kind === "audio.reply").map(({ pcm }) => pcm));
export const wordsOf = (bodies: Body[]) =>
  bodies.filter((body) => body.kind === "phonemes").flatMap(({ words }) => words);
export const textOf = (bodies: Body[]) =>
  bodies.filter((body) => body.kind === "text.reply").map(({ delta }) => delta).join("");

/** Nothing waits, and time goes on. */
export const live = (changes: Partial<Context> = {}) => context({ now: () => performance.now(), ...changes });

/** Piper's joe voice says these, 22,050 Hz. */
export async function spoken(...texts: string[]): Promise<Float32Array<ArrayBuffer>[]> {
  const tts = await load(piper, {});
  const sounds: Float32Array<ArrayBuffer>[] = [];
  for (const delta of texts) {
    sounds.push(soundOf(await answers(tts, [{ kind: "text.reply", delta, last: true }])));
  }
  await tts[Symbol.asyncDispose]();
  return sounds;
}

export interface Talk extends AsyncDisposable {
  model: Model<unknown>;
  give(body: Body, at?: Partial<Frame>, ctx?: Context): Promise<Body[]>;
  /** Speaks the recording. */
  say(turn: number, ctx?: Context): Promise<void>;
  /** Has it transcribed, and takes the answer. */
  answer(turn: number, ctx?: Context): Promise<Body[]>;
  /** Both. */
  ask(turn: number, ctx?: Context): Promise<Body[]>;
}

export async function talk(
  server: { url: string },
  settings: object = {},
  root = env.modelRoot,
): Promise<Talk> {
  const config = v.parse(handler.config, { engine: "server", base_url: server.url, timeout: 5, ...settings });
  const model = await handler.load(config, { ...env, modelRoot: root });
  const caller = await model.open(session);
  const give = (body: Body, at: Partial<Frame> = {}, ctx: Context = live()) =>
    Array.fromAsync(model.handle(caller, { ...stamp(body), ...at } as Frame, ctx));
  const talking: Talk = {
    model,
    give,
    async say(turn, ctx) {
      await give({ kind: "speech.start", lead: 100 }, { turn }, ctx);
      for (let at = 0; at < question.length; at += 512) {
        await give({ kind: "audio.speech", pcm: question.slice(at, at + 512), rate: 16_000 }, { turn }, ctx);
      }
    },
    async answer(turn, ctx) {
      await give({ kind: "speech.pause", lead: 96 }, { turn, at: 5_000 });
      return await give({ kind: "text.user", text: "Go forward.", final: true }, { turn, at: 5_200 }, ctx);
    },
    async ask(turn, ctx) {
      await talking.say(turn);
      return await talking.answer(turn, ctx);
    },
    async [Symbol.asyncDispose]() {
      await model.close(caller);
      await model[Symbol.asyncDispose]();
    },
  };
  return talking;
}

type Content = string | { type: string; text?: string; input_audio?: { data: string; format: string } }[];

/** One message of the newest request; from the end if negative. */
export function contentOf(server: OmniServer, message: number): Content {
  return server.told.at(-1)!.messages.at(message)!.content as Content;
}

/** The sound in a message; null where there is none. */
export function heardBy(content: Content): Float32Array | null {
  const part = Array.isArray(content) ? content.find(({ type }) => type === "input_audio") : undefined;
  return part ? readWav(Uint8Array.fromBase64(part.input_audio!.data)).pcm : null;
}

/** The same but for rounding to 16 bits. */
export function assertSame(one: Float32Array, other: Float32Array): void {
  assert.equal(one.length, other.length);
  assert.ok(one.every((sample, n) => Math.abs(sample - other[n]) <= 1 / 32_768), "the sound differs");
}
