/**
 * A fake chat server, for what a real one cannot be made to do: refuse a key, fall silent, think aloud, use a tool. It
 * answers each request with what the test says.
 */
export interface FakeChat extends AsyncDisposable {
  /** Up to and with "/v1". */
  readonly url: string;
  /** Bodies of the chat requests so far. */
  // deno-lint-ignore no-explicit-any
  readonly requests: any[];
}

/** @param reply the answer to the nth chat request, from 0. */
export function startFakeChat(
  reply: (n: number, request: Request) => Response | Promise<Response>,
): FakeChat {
  // deno-lint-ignore no-explicit-any
  const requests: any[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (new URL(request.url).pathname === "/v1/models") return Response.json({ data: [{ id: "fake" }] });
    const n = requests.length;
    requests.push(await request.json());
    return await reply(n, request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** A stream of chunks with these deltas. `end`: the reason it ends for; null: it just stops. */
export function streamed(deltas: object[], end: string | null = "stop"): Response {
  const chunks = deltas.map((delta) => ({
    choices: [{ index: 0, delta, finish_reason: null as string | null }],
  }));
  if (end !== null) chunks.push({ choices: [{ index: 0, delta: {}, finish_reason: end }] });
  const lines = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  if (end !== null) lines.push("data: [DONE]\n\n");
  return new Response(lines.join(""), { headers: { "content-type": "text/event-stream" } });
}

/** The same with this text, word by word. */
export function said(text: string): Response {
  return streamed(text.split(/(?<= )/).map((content) => ({ content })));
}
