/** A real MCP server with two tools, for tests: over stdio when it is run, or over HTTP within a test. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";

function create(where: string): McpServer {
  const server = new McpServer({ name: "test", version: "1.0.0" });
  server.registerTool(`${where}_time`, { description: "What time it is" }, () => ({
    content: [{ type: "text", text: "It is noon." }, { type: "image", data: "AA==", mimeType: "image/png" }],
  }));
  server.registerTool(
    `${where}_wait`,
    { description: "Takes a minute" },
    async ({ signal }: { signal: AbortSignal }) => {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 60_000);
        signal.addEventListener("abort", () => (clearTimeout(timer), resolve(null)));
      });
      return { content: [{ type: "text", text: "done" }] };
    },
  );
  server.registerTool(`${where}_fail`, { description: "Fails" }, () => {
    throw new Error("no luck");
  });
  return server;
}

/** Serves the tools over HTTP. `keys`: what callers sent as authorization. */
export function startMcp(): { url: string; keys: (string | null)[] } & AsyncDisposable {
  const keys: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    keys.push(request.headers.get("authorization"));
    // Without sessions every request has a server of its own.
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await create("http").connect(transport);
    return await transport.handleRequest(request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/mcp`,
    keys,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

if (import.meta.main) await create("stdio").connect(new StdioServerTransport());
