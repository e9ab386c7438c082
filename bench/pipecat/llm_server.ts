/**
 * `deno run -A bench/pipecat/llm_server.ts`: the program's language model behind an OpenAI-compatible
 * `POST /v1/chat/completions`, streaming, for one caller at a time. It writes with the same code, weights, threads and
 * rules as the handler `LLM_Llama`, and keeps what it has in memory of one prompt for the next. Prints its port.
 */
import process from "node:process";
import type { ChatHistoryItem, LlamaChat } from "node-llama-cpp";
import { loadLlama } from "../../src/handlers/llm/binding.ts";
import { Places } from "../../src/handlers/llm/places.ts";
import { type Config, settingsOf } from "../../src/handlers/llm/settings.ts";
import { write } from "../../src/handlers/llm/writer.ts";
import { readConfig } from "../machine.ts";

interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}

function item({ role, content }: Message): ChatHistoryItem {
  return role === "assistant" ? { type: "model", response: [content] } : { type: role, text: content };
}

async function openChat(config: Config, path: string): Promise<LlamaChat> {
  const log = { debug() {}, info() {}, warn: console.error, error: console.error };
  const { llama } = await loadLlama(log);
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
  const context = await model.createContext({
    contextSize: config.context_size,
    sequences: 1,
    batchSize: 128,
    threads: config.threads,
  });
  return new Places(await import("node-llama-cpp"), context).take();
}

function chunk(delta: Record<string, string>, finish: string | null): string {
  const body = {
    id: "chat",
    object: "chat.completion.chunk",
    created: 0,
    model: "local",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

const { handlers, chat_engine } = await readConfig("configs/sample.yaml");
const config = handlers.find(({ name }) => name === "LLM_Llama")!.config as Config;
const { path, settings } = await settingsOf(config, chat_engine.model_root);
const chat = await openChat(config, path);
/** One reply after the other: an interrupted one ends within a token. */
let before: Promise<void> = Promise.resolve();

async function* events(messages: Message[], signal: AbortSignal): AsyncGenerator<string> {
  const turn = Promise.withResolvers<void>();
  const waiting = before;
  before = turn.promise;
  await waiting;
  try {
    const rules = { maxTokens: settings.max_tokens, temperature: settings.temperature };
    for await (const content of write(chat, messages.map(item), rules, signal)) {
      yield chunk({ content }, null);
    }
    yield chunk({}, "stop");
    yield "data: [DONE]\n\n";
  } finally {
    turn.resolve();
  }
}

async function answer(request: Request): Promise<Response> {
  if (new URL(request.url).pathname !== "/v1/chat/completions") return new Response(null, { status: 404 });
  const { messages } = await request.json() as { messages: Message[] };
  const gone = new AbortController();
  const written = events(messages, gone.signal);
  const stream = new ReadableStream<string>({
    async pull(controller) {
      const { value, done } = await written.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      gone.abort();
      // The next reply waits for this one's end.
      await written.return(undefined);
    },
  });
  return new Response(stream.pipeThrough(new TextEncoderStream()), {
    headers: { "content-type": "text/event-stream" },
  });
}

const server = Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(port),
}, answer);
process.on("SIGTERM", () => {
  server.shutdown().finally(() => Deno.exit(0));
});
