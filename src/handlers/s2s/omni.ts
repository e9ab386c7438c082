/**
 * What chat servers stream whose models also speak. Where the sound lies differs:
 * - `delta.audio.data` beside `delta.content` (OpenAI, sglang-omni);
 * - `delta.content`, which is sound in chunks marked `modality: "audio"` (vllm-omni);
 * - `message.audio`, in the first choice or a second one, where an answer comes whole.
 */
import { complaint, RemoteError } from "../../remote/failure.ts";
import type { Patience } from "../../remote/patience.ts";
import type { Exchange } from "../../remote/remote.ts";
import { events } from "../../remote/sse.ts";

export type Piece =
  | { kind: "text"; text: string }
  /** A piece of sound as the server sent it. `whole`: all of the text so far is spoken in it. */
  | { kind: "sound"; bytes: Uint8Array<ArrayBuffer>; whole: boolean }
  /** Always the last. `cut`: the limit of tokens ended it. */
  | { kind: "end"; cut: boolean };

interface Part {
  content?: string | null;
  audio?: { data?: string | null; transcript?: string | null } | null;
}
interface Chunk {
  modality?: string;
  choices?: { delta?: Part; message?: Part; finish_reason?: string | null }[];
  error?: unknown;
}

function bytesOf(base64: string, host: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromBase64(base64.replace(/^data:[^,]*,/, ""));
  } catch {
    throw new RemoteError(`${host} sent sound that is not base64: ${base64.slice(0, 40)}`);
  }
}

function parse(data: string, host: string): Chunk {
  let chunk: Chunk;
  try {
    chunk = JSON.parse(data);
  } catch {
    throw new RemoteError(`${host} sent what is no JSON: ${data.slice(0, 80)}`);
  }
  if (chunk.error !== undefined && chunk.error !== null) throw complaint(host, 500, data, null);
  return chunk;
}

/** The pieces of one chunk, text before sound. */
export function* piecesOf({ modality, choices = [] }: Chunk, host: string): Generator<Piece> {
  const whole = choices.some(({ message }) => message);
  const parts = choices.map(({ delta, message }) => delta ?? message ?? {});
  for (const { content, audio } of parts) {
    // A server that also writes down what it says does so in the place of the text, not beside it.
    const text = modality === "audio" ? audio?.transcript : content || audio?.transcript;
    if (text) yield { kind: "text", text };
  }
  for (const { content, audio } of parts) {
    const data = audio?.data || (modality === "audio" ? content : null);
    if (data) yield { kind: "sound", bytes: bytesOf(data, host), whole };
  }
}

/**
 * The pieces of an answer as they come, streamed or whole, then the end.
 * @throws {RemoteError} when the server says that it failed, or the stream ends without an end.
 */
export async function* readOmni({ response, patience }: Exchange): AsyncGenerator<Piece> {
  const host = new URL(response.url).host;
  const reasons: string[] = [];
  for await (const data of documents(response, patience)) {
    if (data === "[DONE]") {
      reasons.push("stop");
      break;
    }
    const chunk = parse(data, host);
    for (const piece of piecesOf(chunk, host)) {
      patience.heard();
      yield piece;
    }
    for (const { finish_reason } of chunk.choices ?? []) if (finish_reason) reasons.push(finish_reason);
  }
  if (reasons.length === 0) throw new RemoteError(`${host} broke off in the middle of the answer`);
  yield { kind: "end", cut: reasons.includes("length") };
}

async function* documents(response: Response, patience: Patience): AsyncGenerator<string> {
  if (response.headers.get("content-type")?.includes("text/event-stream")) {
    yield* events(patience.read(response));
    return;
  }
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of patience.read(response)) text += decoder.decode(bytes, { stream: true });
  yield text + decoder.decode();
}
