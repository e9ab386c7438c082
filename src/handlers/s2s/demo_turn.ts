/** One turn with MiniCPM-o's demo server, see `demo.ts`. */
import { hostOf } from "../../remote/address.ts";
import { breakdown, complaint, RemoteError } from "../../remote/failure.ts";
import type { Patience } from "../../remote/patience.ts";
import { events } from "../../remote/sse.ts";
import { RATE } from "../asr/take.ts";
import type { Piece } from "./omni.ts";
import { soundPart } from "./prompt.ts";

/** Samples the server takes at a time (200 ms). */
const CHUNK = RATE / 5;
/** Chunks of silence that tell it that the turn is over. */
const SILENCE = 5;
/** Its first event gives the question's sound back, its last one says that it has finished. */
const ECHO = "assistant:\n";
const END = "<end>";
/** Milliseconds the server may take to hear that it is to stop. */
const GRACE = 1_000;

interface Event {
  choices?: { audio?: string | null; text?: string | null }[];
  error?: unknown;
}

/** Requests of one caller to one server, whose order counts. */
export interface Wire {
  post(path: string, content: unknown, signal?: AbortSignal): Promise<Response>;
}

export function openWire(server: string, uid: string, client: Deno.HttpClient): Wire {
  const host = hostOf(server);
  return {
    async post(path, content, signal) {
      try {
        const response = await fetch(`${server}/api/v1/${path}`, {
          method: "POST",
          headers: { uid, "content-type": "application/json" },
          body: JSON.stringify(content),
          redirect: "manual",
          client,
          signal,
        });
        if (response.ok) return response;
        throw complaint(host, response.status, await response.text(), null);
      } catch (error) {
        throw signal?.aborted ? signal.reason : breakdown(host, error, null);
      }
    },
  };
}

export const message = (content: unknown[]) => ({ messages: [{ role: "user", content }] });

async function* pieces(response: Response, patience: Patience): AsyncGenerator<Piece> {
  const host = new URL(response.url).host;
  for await (const data of events(patience.read(response))) {
    const { choices = [], error } = JSON.parse(data) as Event;
    if (error !== undefined) throw complaint(host, 500, data, null);
    for (const { audio, text } of choices) {
      if (text === ECHO) continue;
      patience.heard();
      const words = text?.replace(END, "") ?? "";
      if (words.trim() !== "") yield { kind: "text", text: words };
      if (audio) yield { kind: "sound", bytes: Uint8Array.fromBase64(audio), whole: true };
      if (text?.includes(END)) return yield { kind: "end", cut: false };
    }
  }
  throw new RemoteError(`${host} broke off in the middle of the answer`);
}

/** One turn's exchange with the server: the sound goes one way while the answer is awaited on the other. */
export class DemoTurn {
  readonly #wire: Wire;
  readonly #leave = new AbortController();
  /** Requests go one after another; the first failure ends them. */
  #sending: Promise<unknown>;
  readonly #answer: Promise<Response>;
  #rest: Float32Array<ArrayBuffer> = new Float32Array(0);

  constructor(wire: Wire, before: Promise<unknown>) {
    this.#wire = wire;
    this.#answer = before.then(() => wire.post("completions", {}, this.#leave.signal));
    this.#sending = this.#answer;
    this.#sending.catch(() => {});
  }

  hear(pcm: Float32Array<ArrayBuffer>, picture: Uint8Array | null): void {
    const all = new Float32Array(this.#rest.length + pcm.length);
    all.set(this.#rest);
    all.set(pcm, this.#rest.length);
    let at = 0;
    for (; at + CHUNK <= all.length; at += CHUNK) this.#send(all.subarray(at, at + CHUNK), picture);
    this.#rest = all.slice(at);
  }

  #send(pcm: Float32Array, picture: Uint8Array | null): void {
    const seen = picture ? [{ type: "image_data", image_data: { data: picture.toBase64() } }] : [];
    const content = message([soundPart(pcm, RATE), ...seen]);
    const post = async () => void await (await this.#wire.post("stream", content, this.#leave.signal)).text();
    this.#sending = this.#sending.then(post);
    this.#sending.catch(() => {});
  }

  /** The caller has finished. When the patience is over, or its signal fires, the socket is closed. */
  async *answer(patience: Patience): AsyncGenerator<Piece> {
    patience.signal.addEventListener("abort", () => this.#leave.abort(patience.signal.reason), {
      once: true,
    });
    const silence = CHUNK - this.#rest.length + SILENCE * CHUNK;
    this.hear(new Float32Array(silence), null);
    await this.#sending;
    yield* pieces(await this.#answer, patience);
  }

  /** Ends the work on the server; settles when it has heard of it. */
  async stop(): Promise<void> {
    this.#leave.abort();
    const told = await this.#wire.post("stop", {}, AbortSignal.timeout(GRACE)).catch(() => null);
    await told?.body?.cancel();
  }
}
