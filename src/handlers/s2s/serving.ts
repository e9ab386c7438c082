/** `engine: server`: the caller's voice in; the model's text and, where the server speaks, its voice out. */
import { join } from "node:path";
import { readWav } from "../../audio/wav.ts";
import { withoutMarks } from "../../audio/clauses.ts";
import type { Body, Frame, FrameOf, Kind } from "../../engine/frame.ts";
import type { Context, HandlerEnv, Model } from "../../engine/handler.ts";
import { apologyFor, withoutApology } from "../llm/apology.ts";
import { replyStream } from "../llm/reply.ts";
import { type Mouths, openMouths } from "../tts/mouthing.ts";
import { openCompletions } from "./completions.ts";
import { openDemo } from "./demo.ts";
import { hear, type Hearing, openHearing, soundOf } from "./hearing.ts";
import type { Piece } from "./omni.ts";
import { createOutlet, type Outlet } from "./outlet.ts";
import type { Config } from "./settings.ts";
import { type Pcm, soundReader } from "./sound.ts";
import type { Line, Source } from "./source.ts";
import { createVoice, type Voice } from "./voice.ts";

export interface Caller {
  line: Line;
  hearing: Hearing;
  outlet: Outlet;
  picture: FrameOf<"image.user"> | null;
  /** The turn in which an apology was said, and what was said before it. */
  sorry: { turn: number; said: string } | null;
}

interface Service {
  config: Config;
  source: Source;
  /** The apology as sound, where the server speaks. */
  apology: Pcm | null;
  /** Those of the voice, where the server speaks. */
  mouths: Mouths | null;
}

/** Milliseconds after which the last picture shows nothing that is asked about. */
const PICTURE_AGE = 10_000;

/** What is heard of speech goes before everything else. */
const SPEECH: readonly Kind[] = [
  "speech.start",
  "audio.speech",
  "speech.pause",
  "speech.end",
  "speech.resume",
  "text.user",
  "turn.end",
];

function pictureAt({ picture }: Caller, at: number): Uint8Array | null {
  return picture && at - picture.at <= PICTURE_AGE ? picture.data : null;
}

/** The answer in text; whoever speaks it takes it from there. */
async function* written(pieces: AsyncIterable<Piece>, said: (text: string) => void): AsyncGenerator<Body> {
  const reply = replyStream();
  for await (const piece of pieces) {
    if (piece.kind === "sound") continue;
    const delta = piece.kind === "text" ? reply.push(piece.text) : reply.finish(piece.cut);
    said(delta);
    if (delta !== "" || piece.kind === "end") yield { kind: "text.reply", delta, last: piece.kind === "end" };
  }
}

/** The answer in the model's own voice. */
async function* spoken(
  pieces: AsyncIterable<Piece>,
  voice: Voice,
  rate: number,
  said: (text: string) => void,
): AsyncGenerator<Body> {
  const reader = soundReader(rate);
  for await (const piece of pieces) {
    if (piece.kind === "text") {
      said(piece.text);
      yield* voice.text(piece.text);
    } else if (piece.kind === "sound") yield* voice.sound(reader.push(piece.bytes), piece.whole);
    else if (!voice.spoken) {
      throw new Error('The server wrote but did not speak. Set "audio_out: false" and add a TTS handler');
    }
  }
  yield* voice.finish();
}

/** What is shown, and said, when the answer failed. */
async function* sorry(
  service: Service,
  frame: FrameOf<"text.user">,
  voice: Voice | null,
  said: string,
  message: string,
) {
  const { config: { apology }, apology: sound } = service;
  const goesOn = voice === null || sound !== null;
  yield { kind: "fault", handler: "S2S_MiniCPM", code: "server", message, goesOn } as const;
  const words = apologyFor(apology, frame.text, frame.language);
  // On a line of its own, so that it is not spoken as the end of the sentence that broke off.
  const line = said === "" ? words : `\n${words}`;
  if (!voice) yield { kind: "text.reply", delta: line, last: true } as const;
  else if (sound) {
    yield* voice.text(line);
    yield* voice.sound(sound, true);
    yield* voice.finish();
  }
}

async function* answer(
  service: Service,
  caller: Caller,
  frame: FrameOf<"text.user">,
  ctx: Context,
): AsyncGenerator<Body> {
  const { config } = service;
  const pcm = soundOf(caller.hearing, frame, config.transcripts === "none");
  const pieces = caller.line.ask({ frame, pcm, picture: pictureAt(caller, frame.at) }, ctx.signal);
  const voice = service.mouths && createVoice(service.mouths.open());
  let said = "";
  const note = (text: string) => void (said += text);
  try {
    if (voice) yield* spoken(pieces, voice, config.audio_rate, note);
    else yield* written(pieces, note);
  } catch (error) {
    if (ctx.signal.aborted) return;
    const message = `${error instanceof Error ? error.message : error}.`;
    ctx.log.error(`S2S_MiniCPM: ${message}`);
    caller.sorry = { turn: frame.turn, said };
    yield* sorry(service, frame, voice, said, message);
  }
}

function end(caller: Caller, frame: FrameOf<"turn.end">): void {
  const { turn, said } = caller.sorry ?? { turn: -1, said: "" };
  const heard = turn === frame.turn ? withoutApology(frame.heard, withoutMarks(said)) : frame.heard;
  caller.line.end({ ...frame, heard });
}

async function* handle(service: Service, caller: Caller, frame: Frame, ctx: Context): AsyncGenerator<Body> {
  const { config: { transcripts } } = service;
  if (frame.kind === "text.user") {
    if (frame.final) caller.outlet.open(answer(service, caller, frame, ctx), ctx.signal);
  } else if (frame.kind === "turn.end") end(caller, frame);
  else if (frame.kind === "memory") caller.line.recall(frame.exchanges);
  else if (frame.kind === "image.user") caller.picture = frame;
  else {
    if (frame.kind === "audio.speech") caller.line.hear(frame.pcm, pictureAt(caller, frame.at));
    yield* hear(caller.hearing, frame, transcripts === "none", ctx);
  }
  yield* caller.outlet.drain(ctx, SPEECH);
}

async function readSound(env: HandlerEnv, name: string, key: string): Promise<Pcm | null> {
  if (name === "") return null;
  const path = join(env.modelRoot, name);
  try {
    return readWav(await Deno.readFile(path));
  } catch (error) {
    throw new Error(`S2S_MiniCPM: "${key}": Cannot use "${path}": ${(error as Error).message}`, {
      cause: error,
    });
  }
}

export async function loadServing(config: Config, env: HandlerEnv): Promise<Model<Caller>> {
  const reference = await readSound(env, config.ref_audio, "ref_audio");
  const apology = await readSound(env, config.apology_audio, "apology_audio");
  const source = config.api === "demo" ? openDemo(config) : await openCompletions(config, env, reference);
  const mouths = config.audio_out ? await openMouths(env.log) : null;
  const service = { config, source, apology, mouths };
  return {
    open: ({ id }) => ({
      line: source.open(id),
      hearing: openHearing(),
      outlet: createOutlet(),
      picture: null,
      sorry: null,
    }),
    async close({ line, outlet }) {
      await outlet.close();
      await line.close();
    },
    handle: (caller, frame, ctx) => handle(service, caller, frame, ctx),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      await mouths?.[Symbol.asyncDispose]();
    },
  };
}
