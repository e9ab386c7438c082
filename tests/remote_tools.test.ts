/** `LLM_OpenAI` with tools: real MCP servers over stdio and HTTP, and a fake chat server that asks for them. */
import assert from "node:assert/strict";
import type { Body, Frame } from "../src/engine/frame.ts";
import { handler } from "../src/handlers/llm/openai.ts";
import { openToolbox } from "../src/handlers/llm/tools.ts";
import { startHost } from "../src/workers/host.ts";
import { rightsOf } from "../src/workers/rights.ts";
import * as v from "valibot";
import { said, startFakeChat, streamed } from "./fake_chat.ts";
import { context, load, session, stamp } from "./hearing.ts";
import { startMcp } from "./mcp_server.ts";

const log = context().log;
const SCRIPT = new URL("./mcp_server.ts", import.meta.url).pathname;
const STDIO = { command: [Deno.execPath(), "run", "-A", SCRIPT] };

/** The model asks for tools; the arguments come in two pieces. */
function wants(...names: string[]): Response {
  return streamed(
    names.flatMap((name, index) => [
      { tool_calls: [{ index, id: `c${index}`, function: { name, arguments: "{" } }] },
      { tool_calls: [{ index, function: { arguments: "}" } }] },
    ]),
    "tool_calls",
  );
}
const question: Body = { kind: "text.user", text: "What time is it?", final: true };
const text = (bodies: Body[]) => bodies.map((body) => body.kind === "text.reply" ? body.delta : "").join("");

Deno.test("remote tools: the model uses tools of both kinds of server and then answers", async () => {
  await using mcp = startMcp();
  await using fake = startFakeChat((n) =>
    n === 0 ? wants("stdio_time", "http_fail", "nobody") : said("It is noon.")
  );
  await using llm = await load(handler, { base_url: fake.url, mcp: [STDIO, { url: mcp.url }], examples: [] });
  const caller = await llm.open(session);
  const bodies = await Array.fromAsync(llm.handle(caller, stamp(question), context()));
  assert.equal(text(bodies), "It is noon.");
  const [first, second] = fake.requests;
  assert.deepEqual(
    first.tools.map((tool: { function: { name: string } }) => tool.function.name),
    ["stdio_time", "stdio_wait", "stdio_fail", "http_time", "http_wait", "http_fail"],
  );
  assert.equal(first.tools[0].function.parameters.type, "object");
  const [asked, time, fail, nobody] = second.messages.slice(-4);
  assert.deepEqual(asked.tool_calls[0], {
    id: "c0",
    type: "function",
    function: { name: "stdio_time", arguments: "{}" },
  });
  assert.deepEqual(time, { role: "tool", tool_call_id: "c0", content: "It is noon.\n[image]" });
  assert.match(fail.content, /no luck/);
  assert.match(nobody.content, /no tool "nobody"/);
});

Deno.test("remote tools: after max_tool_rounds the model must answer", async () => {
  await using mcp = startMcp();
  await using fake = startFakeChat((n) => n < 9 ? wants("http_time") : said("never"));
  const settings = { base_url: fake.url, mcp: [{ url: mcp.url }], max_tool_rounds: 2 };
  await using llm = await load(handler, settings);
  await Array.fromAsync(llm.handle(await llm.open(session), stamp(question), context()));
  assert.deepEqual(fake.requests.map(({ tool_choice }) => tool_choice), ["auto", "auto", "none"]);
});

Deno.test("remote tools: a tool under way is cancelled with the turn", async () => {
  await using mcp = startMcp();
  await using fake = startFakeChat(() => wants("http_wait"));
  await using llm = await load(handler, { base_url: fake.url, mcp: [{ url: mcp.url }] });
  const turn = new AbortController();
  const since = performance.now();
  setTimeout(() => turn.abort(), 300);
  const ctx = context({ signal: turn.signal });
  assert.deepEqual(await Array.fromAsync(llm.handle(await llm.open(session), stamp(question), ctx)), []);
  assert.ok(performance.now() - since < 5_000);
  assert.equal(fake.requests.length, 1);
});

Deno.test("remote tools: a key goes along, and a server that is not there is no more than a line in the log", async () => {
  Deno.env.set("OAC_MCP_KEY", "m-key");
  // Programs that later tests start would stumble over it.
  using _ = { [Symbol.dispose]: () => Deno.env.delete("OAC_MCP_KEY") };
  await using mcp = startMcp();
  const lines: string[] = [];
  const servers = [
    { url: "http://127.0.0.1:9/mcp" },
    { command: ["no-such-program"], env: {} },
    { url: mcp.url, api_key_env: "OAC_MCP_KEY" },
  ];
  await using tools = await openToolbox(servers, { ...log, warn: (line) => void lines.push(line) });
  assert.equal((await tools.tools()).length, 3);
  assert.equal(await tools.use("http_time", "", new AbortController().signal), "It is noon.\n[image]");
  assert.ok(mcp.keys.length > 0 && mcp.keys.every((key) => key === "Bearer m-key"));
  assert.deepEqual(lines.map((line) => /^MCP server "(.+)" does not answer: ./.exec(line)?.[1]), [
    "127.0.0.1:9",
    "no-such-program",
  ]);
});

const folders = { modelRoot: `${Deno.cwd()}/models`, avatarRoot: `${Deno.cwd()}/static/avatars` };
const positionWith = (settings: object) => ({
  name: handler.name,
  handler,
  config: v.parse(handler.config, settings),
});

Deno.test("remote tools: a worker may reach its services and start its programs, and nothing else", async () => {
  await using mcp = startMcp();
  await using fake = startFakeChat((n) => n === 0 ? wants("stdio_time", "http_time") : said("It is noon."));
  const position = positionWith({
    base_url: [fake.url, "https://b.example/v1"],
    mcp: [STDIO, { url: mcp.url }],
  });
  const rights = rightsOf(position, folders);
  const host = (url: string) => new URL(url).host;
  assert.deepEqual(rights.net, [host(fake.url), "b.example:443", host(mcp.url)]);
  assert.deepEqual([rights.run, rights.ffi, rights.write], [[Deno.execPath()], false, false]);

  const out: Frame[] = [];
  const settings = { base_url: fake.url, mcp: [STDIO, { url: mcp.url }] };
  await using worker = await startHost({
    position: positionWith(settings),
    folders,
    log,
    deliver: (frame) => Promise.resolve(void out.push(frame)),
    spent() {},
    died() {},
  });
  await worker.open({ id: "a", video: null }, performance.timeOrigin + performance.now());
  await worker.post({ ...stamp(question), session: "a" });
  for (let i = 0; i < 300 && !out.some((frame) => frame.kind === "text.reply" && frame.last); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(text(out), "It is noon.");
  assert.equal(fake.requests[1].messages.at(-1).content, "It is noon.\n[image]");
  assert.deepEqual(await worker.probe(Deno.cwd()), []);
});
