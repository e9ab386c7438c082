/**
 * A stand-in for the servers behind `ASR_OpenAI`, `LLM_OpenAI` and `TTS_OpenAI`: no model answers thirty callers on the
 * cores of one machine. It understands nothing: whatever it hears is the same line, and what it answers was written and
 * spoken (by Piper, voice "joe") before. Only its forms and its delays are those of a server. A process of its own:
 *
 *     deno run -A bench/stand_in.ts '{"text": "Go forward.", "hearing": 150, ...}'
 *
 * It prints its address once it is ready.
 */
import { clauseSplitter } from "../src/audio/clauses.ts";
import { concat, toInt16 } from "../src/audio/pcm.ts";
import { handler as piper } from "../src/handlers/tts/piper.ts";
import { answers, load } from "../tests/hearing.ts";

/** What it hears, and the delays in milliseconds. */
export interface StandIn {
  text: string;
  /** Of a transcription. */
  hearing: number;
  /** To the first word of an answer, and from one to the next. */
  firstToken: number;
  token: number;
  /** To the first sound of a clause. */
  voice: number;
}

/** Hz of the voice. */
export const VOICE_RATE = 22_050;

const REPLIES = [
  "Sure, I can help with that. The shop opens at nine in the morning, and it closes at six.",
  "Good, we have gone ten meters. There is a small bridge in front of us, shall we cross it?",
  "Well, that is a long way to walk. I would take the bus from the corner, it leaves in five minutes.",
];
/** Samples that are sent at once (0.2 s), and how much faster than it sounds a GPU makes speech. */
const PIECE = VOICE_RATE / 5;
const SPEED = 10;

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The sound of every clause of every reply, as `TTS_OpenAI` will ask for it: 16-bit samples. */
async function record(): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const sounds = new Map<string, Uint8Array<ArrayBuffer>>();
  await using voice = await load(piper);
  for (const reply of REPLIES) {
    const splitter = clauseSplitter();
    for (const { text } of [...splitter.push(reply), ...splitter.finish()]) {
      const bodies = await answers(voice, [{ kind: "text.reply", delta: text, last: true }]);
      const pcm = concat(bodies.flatMap((body) => body.kind === "audio.reply" ? [body.pcm] : []));
      sounds.set(text, new Uint8Array(toInt16(pcm).buffer));
    }
  }
  return sounds;
}

async function* write({ firstToken, token }: StandIn, reply: string): AsyncGenerator<string> {
  await rest(firstToken);
  for (const content of reply.split(/(?= )/)) {
    yield `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
    await rest(token);
  }
  yield `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}\n\n`;
  yield "data: [DONE]\n\n";
}

async function* speak({ voice }: StandIn, sound: Uint8Array<ArrayBuffer>) {
  await rest(voice);
  for (let at = 0; at < sound.length; at += 2 * PIECE) {
    if (at > 0) await rest(1000 * PIECE / VOICE_RATE / SPEED);
    yield sound.subarray(at, at + 2 * PIECE);
  }
}

function serve(settings: StandIn, sounds: ReadonlyMap<string, Uint8Array<ArrayBuffer>>) {
  let replies = 0;
  const routes: Record<string, (request: Request) => Promise<Response>> = {
    async "/v1/audio/transcriptions"(request) {
      await request.arrayBuffer();
      await rest(settings.hearing);
      return Response.json({ text: settings.text });
    },
    async "/v1/chat/completions"(request) {
      await request.arrayBuffer();
      const words = ReadableStream.from(write(settings, REPLIES[replies++ % REPLIES.length]));
      const headers = { "content-type": "text/event-stream" };
      return new Response(words.pipeThrough(new TextEncoderStream()), { headers });
    },
    async "/v1/audio/speech"(request) {
      const { input } = await request.json();
      const sound = sounds.get(input);
      if (!sound) {
        return Response.json({ error: { message: `The stand-in cannot say "${input}"` } }, { status: 400 });
      }
      return new Response(ReadableStream.from(speak(settings, sound)));
    },
    "/v1/models": () => Promise.resolve(Response.json({ data: [{ id: "stand-in" }] })),
  };
  return Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}/v1`),
    // Callers hang up in the middle of answers; that is no fault of anybody's.
    onError: () => new Response(null, { status: 500 }),
  }, async (request) => {
    const route = routes[new URL(request.url).pathname];
    return route ? await route(request) : new Response(null, { status: 404 });
  });
}

if (import.meta.main) serve(JSON.parse(Deno.args[0]), await record());
