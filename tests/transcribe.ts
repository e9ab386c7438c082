/** What Moonshine, the project's own recogniser, hears in a piece of sound. */
import { Resampler } from "../src/audio/resample.ts";
import type { Frame } from "../src/engine/frame.ts";
import type { Context, Model } from "../src/engine/handler.ts";
import { handler } from "../src/handlers/asr/moonshine.ts";
import * as v from "valibot";

const RATE = 16_000;
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

export interface Transcriber extends AsyncDisposable {
  /** Takes mono sound of any rate. */
  transcribe(pcm: Float32Array, rate: number): Promise<string>;
}

export async function openTranscriber(): Promise<Transcriber> {
  const config = v.parse(handler.config, {});
  const env = { modelRoot: `${Deno.cwd()}/models`, avatarRoot: "", log };
  const model: Model<unknown> = await handler.load(config, env);
  return {
    async transcribe(pcm, rate) {
      const state = await model.open({ id: "test", video: null });
      const resampler = new Resampler(rate, RATE);
      const sound = [...resampler.push(Float32Array.from(pcm)), ...resampler.flush()];
      const stamp = { session: "test", turn: 1, epoch: 0, at: 0 };
      const frames: Frame[] = [
        { ...stamp, kind: "speech.start", lead: 0 },
        { ...stamp, kind: "audio.speech", pcm: Float32Array.from(sound), rate: RATE },
        { ...stamp, kind: "speech.end", lead: 0 },
      ];
      const ctx: Context = {
        signal: new AbortController().signal,
        log,
        now: () => 0,
        waiting: (kind) => kind === "speech.end",
        breathe: () => Promise.resolve(),
      };
      let text = "";
      for (const frame of frames) {
        for await (const body of model.handle(state, frame, ctx)) {
          if (body.kind === "text.user" && body.final) text = body.text;
        }
      }
      await model.close(state);
      return text;
    },
    [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
  };
}
