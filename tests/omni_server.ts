/**
 * A recorded-shape server: it stands for servers whose models speak and none of which can be run here. It answers every
 * chat completion with the same text and the same speech, in the form that a certain server sends them in.
 */
import { writeWav } from "../src/audio/wav.ts";
import { toInt16 } from "../src/audio/pcm.ts";

/** Where the sound lies in an answer; `pcm`: bare samples, cut in the middle of one; `text`: there is none. */
export type Shape = "delta.audio" | "delta.audio pcm" | "modality" | "message" | "text";

export interface Told {
  model: string;
  messages: { role: string; content: unknown }[];
  [key: string]: unknown;
}

export interface OmniServer extends AsyncDisposable {
  url: string;
  /** The requests so far. */
  told: Told[];
  /** Answers that the client did not wait for. */
  aborted: number;
  /** From now on, connections break off behind so many events; null: none does. */
  breaksAfter: number | null;
  /** Waits so many milliseconds before each event. */
  pause: number;
  /** Prompts of more messages than this are too long. */
  longest: number;
}

interface Speech {
  text: string;
  pcm: Float32Array;
  rate: number;
}

const base64 = (samples: Float32Array, rate: number) => writeWav(samples, rate).toBase64();

function cut<T extends Float32Array | Uint8Array>(whole: T, size: number): T[] {
  return Array.from(
    { length: Math.ceil(whole.length / size) },
    (_, n) => whole.subarray(n * size, (n + 1) * size) as T,
  );
}

const textEvent = (content: string) => ({ modality: "text", choices: [{ delta: { content } }] });
const END = { choices: [{ delta: {}, finish_reason: "stop" }] };

const TOO_LONG = { error: { message: "too many tokens", code: 400, type: "exceed_context_size_error" } };

/** The events of one streamed answer. */
function eventsOf(shape: Exclude<Shape, "message">, { text, pcm, rate }: Speech): unknown[] {
  const words = text.split(/(?<= )/).map(textEvent);
  if (shape === "text") return [...words, END];
  const chunks = cut(pcm, rate / 4);
  if (shape === "modality") {
    const sound = chunks.map((chunk) => ({
      modality: "audio",
      choices: [{ delta: { content: base64(chunk, rate) } }],
    }));
    return [...words, ...sound, END];
  }
  const bytes = new Uint8Array(toInt16(pcm).buffer);
  const data = shape === "delta.audio"
    ? chunks.map((chunk) => base64(chunk, rate))
    : cut(bytes, 9_001).map((part) => part.toBase64());
  const sound = data.map((data) => ({ choices: [{ delta: { content: null, audio: { id: "a", data } } }] }));
  return [...words, ...sound, END];
}

function whole({ text, pcm, rate }: Speech): unknown {
  return {
    choices: [
      { message: { role: "assistant", content: text }, finish_reason: "stop" },
      { message: { role: "assistant", audio: { id: "a", data: base64(pcm, rate), transcript: "" } } },
    ],
  };
}

export function serveOmni(shape: Shape, speech: Speech, port = 0): OmniServer {
  const encoder = new TextEncoder();
  const stream = (events: unknown[]) => {
    let n = 0;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (served.pause > 0) await new Promise((resolve) => setTimeout(resolve, served.pause));
        if (n === served.breaksAfter) return controller.error(new Error("killed"));
        if (n > events.length) return controller.close();
        const data = n === events.length ? "[DONE]" : JSON.stringify(events[n]);
        n++;
        controller.enqueue(encoder.encode(`data: ${data}\n\n`));
      },
      cancel: () => void served.aborted++,
    }, { highWaterMark: 0 });
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen() {}, onError: () => new Response(null) },
    async (request) => {
      if (request.method === "GET") return Response.json({ data: [{ id: "shape" }] });
      served.told.push(await request.json());
      if (served.told.at(-1)!.messages.length > served.longest) {
        return Response.json(TOO_LONG, { status: 400 });
      }
      if (shape === "message") return Response.json(whole(speech));
      return new Response(stream(eventsOf(shape, speech)), {
        headers: { "content-type": "text/event-stream" },
      });
    },
  );
  const served: OmniServer = {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    told: [],
    aborted: 0,
    breaksAfter: null,
    pause: 0,
    longest: Infinity,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return served;
}
