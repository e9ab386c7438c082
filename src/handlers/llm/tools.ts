/** Tools that a model may use: what MCP servers offer, over stdio or HTTP (modelcontextprotocol.io, 2025-06-18). */
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import * as v from "valibot";
import type { Log } from "../../engine/handler.ts";
import { address, keyName, readKey } from "../../remote/address.ts";

export const mcpServer = v.union([
  v.strictObject({
    /** The program and its arguments. */
    command: v.pipe(v.array(v.string()), v.nonEmpty("It is the program and its arguments, in a list.")),
    /** Variables of its environment, beside PATH, HOME and the like. */
    env: v.optional(v.record(v.string(), v.string()), {}),
  }),
  v.strictObject({ url: address, api_key_env: v.optional(keyName) }),
]);
export type McpServer = v.InferOutput<typeof mcpServer>;

/** In OpenAI's form. */
export interface Tool {
  type: "function";
  function: { name: string; description?: string; parameters: unknown };
}

export interface Toolbox extends AsyncDisposable {
  /** What can be used now; servers that are gone are tried again. */
  tools(): Promise<Tool[]>;
  /** Uses a tool. What it has to say, or what went wrong, is for the model to read. Rejects only if the signal fires. */
  use(name: string, args: string, signal: AbortSignal): Promise<string>;
}

/** A tool as its server describes it. */
interface Described {
  name: string;
  description?: string;
  inputSchema: unknown;
}

interface Shelf {
  server: McpServer;
  client: Client | null;
  tools: Tool[];
  /** Not tried before, in milliseconds of `performance.now()`. */
  next: number;
}

/** Milliseconds: to connect, to use a tool, and until a server that is gone is tried again. */
const CONNECT = 10_000, USE = 20_000, AGAIN = 10_000;
/** Characters of a tool's answer that the model gets. */
const LONGEST = 8_000;

const nameOf = (server: McpServer) => "url" in server ? new URL(server.url).host : server.command[0];

/** Connects to all servers; one that cannot be reached is a line in the log. */
export async function openToolbox(servers: readonly McpServer[], log: Log): Promise<Toolbox> {
  const shelves: Shelf[] = servers.map((server) => ({ server, client: null, tools: [], next: 0 }));
  const fill = async (shelf: Shelf) => {
    if (shelf.client || performance.now() < shelf.next) return;
    shelf.next = performance.now() + AGAIN;
    try {
      await connect(shelf);
      const names = shelf.tools.map((tool) => tool.function.name).join(", ");
      log.info(`MCP server "${nameOf(shelf.server)}" offers: ${names}.`);
    } catch (error) {
      log.warn(`MCP server "${nameOf(shelf.server)}" does not answer: ${(error as Error).message}`);
    }
  };
  const fillAll = () => Promise.all(shelves.map(fill));
  await fillAll();
  return {
    async tools() {
      await fillAll();
      const named = new Map<string, Tool>();
      for (const { client, tools } of shelves) {
        if (client) {
          for (const tool of tools) if (!named.has(tool.function.name)) named.set(tool.function.name, tool);
        }
      }
      return [...named.values()];
    },
    async use(name, args, signal) {
      const shelf = shelves.find(({ client, tools }) =>
        client !== null && tools.some((tool) => tool.function.name === name)
      );
      if (!shelf?.client) return `There is no tool "${name}".`;
      try {
        const parsed = args.trim() === "" ? {} : JSON.parse(args);
        const options = { signal, timeout: USE };
        return textOf(await shelf.client.callTool({ name, arguments: parsed }, undefined, options));
      } catch (error) {
        signal.throwIfAborted();
        log.warn(`Tool "${name}" of "${nameOf(shelf.server)}" failed: ${(error as Error).message}`);
        return `The tool failed: ${(error as Error).message}`;
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { client } of shelves) await client?.close();
    },
  };
}

async function connect(shelf: Shelf): Promise<void> {
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const client = new Client({ name: "open-avatar-chat", version: "1.0.0" });
  client.onclose = () => {
    if (shelf.client === client) shelf.client = null;
  };
  await client.connect(await transportTo(shelf.server), { timeout: CONNECT });
  const { tools } = await client.listTools(undefined, { timeout: CONNECT });
  shelf.tools = tools.map(({ name, description, inputSchema: parameters }: Described): Tool => ({
    type: "function",
    function: { name, description, parameters },
  }));
  shelf.client = client;
}

async function transportTo(server: McpServer) {
  if ("command" in server) {
    const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
    const [command, ...args] = server.command;
    return new StdioClientTransport({ command, args, env: server.env, stderr: "ignore" });
  }
  const { StreamableHTTPClientTransport } = await import(
    "@modelcontextprotocol/sdk/client/streamableHttp.js"
  );
  const key = readKey(server.api_key_env);
  const headers = key === null ? undefined : { authorization: `Bearer ${key}` };
  return new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } });
}

/** The texts of a result; of other parts only what they are. */
function textOf(result: Awaited<ReturnType<Client["callTool"]>>): string {
  const parts = (result.content ?? []) as { type: string; text?: string }[];
  const text = parts.map((part) => part.type === "text" ? part.text ?? "" : `[${part.type}]`).join("\n");
  return text.slice(0, LONGEST);
}
