/** One streamed answer of `/chat/completions`, read piece by piece. */
import { complaint, RemoteError } from "../../remote/failure.ts";
import type { Exchange } from "../../remote/remote.ts";
import { events } from "../../remote/sse.ts";

/** A tool the model wants to be used; `arguments` as it wrote them, JSON if it did well. */
export interface ToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

export type Piece =
  | { kind: "text"; text: string }
  /** Always the last. `cut`: the limit of tokens ended it. */
  | { kind: "end"; cut: boolean; calls: ToolCall[] };

/** The parts of a chunk that are read. */
interface Chunk {
  choices?: {
    delta?: {
      content?: string | null;
      reasoning_content?: string | null;
      reasoning?: string | null;
      tool_calls?: { index?: number; id?: string; function?: { name?: string; arguments?: string } }[];
    };
    finish_reason?: string | null;
  }[];
  error?: { code?: unknown } | string;
}

/**
 * The text as it comes, without what the model thinks (`reasoning_content`), then the end.
 * @throws {RemoteError} when the server says that it failed, or the stream ends without an end.
 */
export async function* readChat({ response, patience }: Exchange): AsyncGenerator<Piece> {
  const host = new URL(response.url).host;
  const calls: ToolCall[] = [];
  let reason: string | null = null;
  try {
    for await (const data of events(patience.read(response))) {
      // Read to its very end, so that the connection can be used again.
      if (data === "[DONE]") {
        reason ??= "stop";
        continue;
      }
      const chunk = parse(data, host);
      const [choice] = chunk.choices ?? [];
      const delta = choice?.delta;
      if (delta?.content || delta?.reasoning_content || delta?.reasoning || delta?.tool_calls) {
        patience.heard();
      }
      for (const part of delta?.tool_calls ?? []) collect(calls, part);
      if (delta?.content) yield { kind: "text", text: delta.content };
      reason = choice?.finish_reason ?? reason;
    }
  } catch (error) {
    // How the connection ends is of no interest once the answer is whole.
    if (reason === null) throw error;
  }
  if (reason === null) throw new RemoteError(`${host} broke off in the middle of the answer`);
  yield { kind: "end", cut: reason === "length", calls: calls.filter(Boolean) };
}

function parse(data: string, host: string): Chunk {
  let chunk: Chunk;
  try {
    chunk = JSON.parse(data);
  } catch {
    throw new RemoteError(`${host} sent what is no JSON: ${data.slice(0, 80)}`);
  }
  if (chunk.error === undefined) return chunk;
  const code = Number(typeof chunk.error === "object" ? chunk.error?.code : NaN);
  throw complaint(host, code >= 400 && code < 600 ? code : 500, data, null);
}

type Part = NonNullable<NonNullable<NonNullable<Chunk["choices"]>[number]["delta"]>["tool_calls"]>[number];

/** Puts a piece of a call to the others; the name comes once, the arguments in pieces. */
function collect(calls: ToolCall[], { index = 0, id, function: part }: Part): void {
  const call = calls[index] ??= {
    id: id ?? `call_${index}`,
    type: "function",
    function: { name: "", arguments: "" },
  };
  if (id) call.id = id;
  if (part?.name) call.function.name = part.name;
  call.function.arguments += part?.arguments ?? "";
}
