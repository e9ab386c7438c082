import assert from "node:assert/strict";
import type { Handler } from "../engine/handler.ts";
import { barredPrograms, rightsOf } from "./rights.ts";

const folders = { modelRoot: "/models", avatarRoot: "/avatars" };
const handler: Handler = {
  name: "H",
  config: undefined as never,
  consumes: [],
  produces: [],
  models: () => [],
  load: () => Promise.reject(new Error("never loaded")),
};
const position = (more: Partial<Handler>) => ({ name: "H", handler: { ...handler, ...more }, config: {} });

Deno.test("rights: without services there is no network, without programs there are none", () => {
  const { net, run, ffi } = rightsOf(position({ models: () => ["m"] }), folders);
  assert.deepEqual([net, run, ffi], [false, false, "inherit"]);
});

Deno.test("rights: hosts and ports of its services, each once; no native code beside them", () => {
  const endpoints = () => ["http://a:1/v1", "http://a:1/other", "https://b/v1", "http://[::1]:7/v1"];
  const { net, ffi } = rightsOf(position({ endpoints }), folders);
  assert.deepEqual([net, ffi], [["a:1", "b:443", "[::1]:7"], false]);
  assert.equal(rightsOf(position({ endpoints, native: () => true }), folders).ffi, "inherit");
  assert.equal(rightsOf(position({ endpoints, models: () => ["m"] }), folders).ffi, "inherit");
});

Deno.test({
  name: "rights: a program that may not run is named in one line",
  permissions: { run: false },
  async fn() {
    const [line, ...more] = await barredPrograms([position({ programs: () => ["npx"] }), position({})]);
    assert.equal(more.length, 0);
    assert.match(
      line,
      /^"H" would start the program "npx", which this program may not.*"url".*deno task start/,
    );
  },
});
