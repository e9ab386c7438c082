/**
 * A recorded-shape server: it stands for MiniCPM-o's own demo server, which needs a GPU and weights of 17 GB. Its protocol
 * is that of web_demos/minicpm-o_2.6/model_server.py: one caller, sound in pieces of 200 ms, an end of turn of its own.
 */
import { rms } from "../src/audio/pcm.ts";
import { readWav, writeWav } from "../src/audio/wav.ts";

export interface DemoServer extends AsyncDisposable {
  url: string;
  /** What was called, in order, without repetitions: "init_options", "completions", "stream", "stop". */
  calls: string[];
  /** The sound of each turn that it took for finished. */
  turns: Float32Array[];
  /** Options as they were told. */
  options: Record<string, unknown>[];
  /** Samples it has been sent of the turn under way. */
  readonly hearing: number;
  /** The next answer breaks off behind so many events; null: it does not. */
  breaksAfter: number | null;
  pause: number;
}

interface Part {
  type: string;
  input_audio?: { data: string };
  options?: Record<string, unknown>;
}

/** Chunks of silence that end a turn (a second). */
const END = 5;
const success = (reason: string) =>
  Response.json({ choices: { role: "assistant", content: "success", finish_reason: reason } });

export function serveDemo(sentences: { text: string; pcm: Float32Array; rate: number }[]): DemoServer {
  let uid: string | null = null;
  let chunks: Float32Array[] = [];
  let complete = Promise.withResolvers<void>();
  let answering = false;
  const reset = () => {
    chunks = [];
    answering = false;
    complete = Promise.withResolvers<void>();
  };
  const hear = (parts: Part[]): string => {
    if (answering) return "skip";
    const sound = parts.find(({ type }) => type === "input_audio")?.input_audio;
    if (!sound) return "empty audio";
    chunks.push(readWav(Uint8Array.fromBase64(sound.data)).pcm);
    const quiet = (chunk: Float32Array) => rms(chunk) < 0.002;
    if (chunks.length > END && chunks.slice(-END).every(quiet) && !chunks.every(quiet)) complete.resolve();
    return "done";
  };
  const answer = () => {
    const encoder = new TextEncoder();
    let n = -1;
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (n < 0) await complete.promise;
        if (answering && served.pause > 0) await new Promise((resolve) => setTimeout(resolve, served.pause));
        answering = true;
        if (n + 1 === served.breaksAfter) {
          reset();
          served.breaksAfter = null;
          return controller.error(new Error("killed"));
        }
        const send = (audio: string | null, text: string) =>
          controller.enqueue(
            encoder.encode(`event: message\ndata: ${JSON.stringify({ choices: [{ audio, text }] })}\n\n`),
          );
        if (n < 0) {
          const all = Float32Array.from(chunks.flatMap((chunk) => [...chunk]));
          served.turns.push(all);
          send(writeWav(all, 16_000).toBase64(), "assistant:\n");
        } else if (n < sentences.length) {
          const { text, pcm, rate } = sentences[n];
          send(writeWav(pcm, rate).toBase64(), text);
        } else {
          send(null, "\n<end>");
          reset();
          controller.close();
        }
        n++;
      },
      cancel: reset,
    }, { highWaterMark: 0 });
  };
  const route = async (request: Request): Promise<Response> => {
    const name = new URL(request.url).pathname.replace("/api/v1/", "");
    if (served.calls.at(-1) !== name) served.calls.push(name);
    const caller = request.headers.get("uid");
    if (!caller) return Response.json({ detail: "Missing uid in headers" }, { status: 400 });
    const body = await request.json();
    const parts: Part[] = body.messages?.[0]?.content ?? [];
    if (name === "init_options") {
      for (const { options } of parts) if (options) served.options.push(options);
      return success("done");
    }
    if (name === "stop") return success("stop");
    if (name === "completions") {
      if (uid !== caller) reset();
      uid = caller;
      return new Response(answer(), { headers: { "content-type": "text/event-stream" } });
    }
    if (uid !== null && uid !== caller) {
      return Response.json({ detail: "uid changed in stream" }, { status: 400 });
    }
    return success(hear(parts));
  };
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
    onError: () => new Response(null),
  }, route);
  const served: DemoServer = {
    url: `http://127.0.0.1:${server.addr.port}`,
    calls: [],
    turns: [],
    options: [],
    breaksAfter: null,
    pause: 0,
    get hearing() {
      return chunks.reduce((sum, { length }) => sum + length, 0);
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return served;
}
