import assert from "node:assert/strict";
import * as v from "valibot";
import type { Handler } from "../engine/handler.ts";
import { keyName } from "../remote/address.ts";
import { ConfigError, loadConfig } from "./load.ts";

/** A handler whose kinds and keys depend on its settings. */
const handler: Handler<{ camera: boolean; api_key_env?: string; more: { key?: string }[] }> = {
  name: "Brain",
  config: v.strictObject({
    camera: v.optional(v.boolean(), false),
    api_key_env: v.optional(keyName),
    more: v.optional(v.array(v.strictObject({ key: v.optional(keyName) })), []),
  }),
  consumes: ({ camera }) => camera ? ["text.user", "image.user"] : ["text.user"],
  produces: ["text.reply"],
  models: () => [],
  secrets: ({ api_key_env, more }) =>
    [api_key_env, ...more.map(({ key }) => key)].filter((name) => name !== undefined),
  load: () => Promise.reject(new Error("never loaded")),
};

async function read(yaml: string, env: Record<string, string> = {}) {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/a.yaml`, `chat_engine:\n  handler_configs:\n    Brain: ${yaml}\n`);
    const registry = { Brain: () => Promise.resolve({ handler }) };
    return await loadConfig({ file: "a.yaml", root, env, registry });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
async function lines(yaml: string, env?: Record<string, string>): Promise<string[]> {
  const error = await read(yaml, env).then(() => null, (error) => error);
  assert.ok(error instanceof ConfigError);
  return error.lines;
}

Deno.test("keys: what a handler takes may depend on its settings", async () => {
  const kinds = async (yaml: string) => (await read(yaml)).handlers[0].consumes;
  assert.deepEqual(await kinds("{}"), ["text.user"]);
  assert.deepEqual(await kinds("{ camera: true }"), ["text.user", "image.user"]);
});

Deno.test("keys: a pasted key is refused and never repeated, wherever it stands", async () => {
  const wrong = [
    ...await lines("{ api_key_env: sk-verysecret }"),
    ...await lines("{ more: [{ key: sk-verysecret }] }"),
    ...await lines("{}", { OAC_CHAT_ENGINE_HANDLER_CONFIGS_BRAIN_API_KEY_ENV: "sk-verysecret" }),
  ];
  assert.equal(wrong.length, 3);
  for (const line of wrong) {
    assert.match(line, /NAME of an environment variable/);
    assert.doesNotMatch(line, /verysecret/);
  }
});

Deno.test("keys: a variable that is not set is one line with its place; one that is set is no strange one", async () => {
  const [line, ...rest] = await lines("{ more: [{}, { key: OAC_MY_KEY }] }");
  assert.equal(rest.length, 0);
  assert.match(line, /^a\.yaml:3:\d+: "Brain\.more\.1\.key" names OAC_MY_KEY, which is not set/);
  const config = await read("{ more: [{}, { key: OAC_MY_KEY }] }", { OAC_MY_KEY: "x" });
  assert.equal(config.handlers.length, 1);
  assert.equal((await read("{ enabled: false, api_key_env: OAC_MY_KEY }")).handlers.length, 0);
});
