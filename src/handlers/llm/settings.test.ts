import assert from "node:assert/strict";
import { join } from "node:path";
import * as v from "valibot";
import { SMALLEST } from "../../models/brain.ts";
import { processorName, writeSpeed } from "../../models/speed.ts";
import { loadLlama } from "./binding.ts";
import { impossible } from "./gpu.ts";
import { handler } from "./llama.ts";
import { mannerOf } from "./manner.ts";
import { Config, settingsFor, settle } from "./settings.ts";

const config = (given: object = {}) => v.parse(Config, given);

async function inFolder(work: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await work(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("settings: gpu takes YAML's false and names what else it takes", () => {
  assert.equal(config({ gpu: false }).gpu, "false");
  assert.equal(config({ gpu: "cuda" }).gpu, "cuda");
  assert.throws(() => config({ gpu: "rocm" }));
  assert.throws(() => config({ gpu: true }));
});

Deno.test("settings: auto becomes a name and a build, before and after which the same models are needed", async () => {
  await inFolder(async (root) => {
    const open = config();
    const { config: settled, note } = await settle(open, root);
    assert.deepEqual([settled.model_name, settled.gpu], [SMALLEST.name, "false"]);
    assert.deepEqual(handler.models(open), handler.models(settled));
    assert.match(note!, /^SmolLM2-135M-Instruct, because how fast/);
    assert.deepEqual(await settle(settled, root), { config: settled });
  });
});

Deno.test("settings: a build that was fetched is used, and needed", async () => {
  await inFolder(async (root) => {
    await Deno.mkdir(join(root, "llama.cpp-vulkan"));
    await Deno.writeTextFile(join(root, "llama.cpp-vulkan", "llama-addon.node"), "");
    const { config: settled } = await settle(config({ model_name: "mine" }), root);
    assert.equal(settled.gpu, "vulkan");
    assert.deepEqual(handler.models(settled), ["mine", "llama.cpp-vulkan"]);
  });
});

Deno.test("settings: a card that is not there, or cannot be, is named", async () => {
  await inFolder(async (root) => {
    const asked = config({ model_name: "mine", gpu: "cuda" });
    assert.equal((await settle(asked, root)).note, undefined, "nobody has looked yet");
    const measured = { processor: processorName(), gpu: "cuda", threads: 1, model: "mine", card: null };
    await writeSpeed(root, { ...measured, memory: 1, tokens_per_second: 1, bandwidth: 1 });
    assert.match((await settle(asked, root)).note!, /^"gpu: cuda", but no such card was found/);
  });
  assert.match(impossible("metal", { os: "linux", arch: "x86_64" } as typeof Deno.build)!, /Apple/);
  assert.match(impossible("cuda", { os: "darwin", arch: "aarch64" } as typeof Deno.build)!, /Linux/);
  assert.equal(impossible("cuda", { os: "linux", arch: "x86_64" } as typeof Deno.build), null);
});

Deno.test("settings: what is left out suits the model's size, what is given stays", () => {
  const [tiny, small, large] = [0.13e9, 0.5e9, 5e9].map((bytes) => settingsFor(config(), mannerOf(bytes)));
  assert.deepEqual([tiny.summarises, small.summarises, large.summarises], [false, true, true]);
  assert.ok(tiny.examples.length > small.examples.length && small.examples.length > large.examples.length);
  assert.ok(
    [small, large].every(({ examples }) => examples.some(({ user }) => /\p{Script=Han}/u.test(user))),
  );
  assert.ok(
    [small, large].every(({ system_prompt: text }) => /language of the user.*Never think aloud/.test(text)),
  );
  const given = { system_prompt: "", examples: [], history_turns: 0, max_tokens: 8, summary: "sentences" };
  const { summary: _, ...rest } = given;
  assert.partialDeepStrictEqual(settingsFor(config(given), mannerOf(5e9)), { ...rest, summarises: false });
});

Deno.test({
  name: "settings: without its build or its card the processor answers, and one line says so",
  // The library keeps handles of its own once it is loaded.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: () =>
    inFolder(async (root) => {
      const lines: string[] = [];
      const log = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} };
      const { llama, gpu } = await loadLlama(log, "cuda", root);
      await llama.dispose();
      assert.equal(gpu, "false");
      assert.match(
        lines.join("\n"),
        /^"gpu: cuda" cannot be used \(its build is not there, run: .*\)/,
      );
    }),
});
