import assert from "node:assert/strict";
import { join } from "node:path";
import { best, choose, SMALLEST, suits } from "./brain.ts";
import { catalog } from "./catalog.ts";
import { llmModels } from "./catalog/llm.ts";
import { listModels } from "./list.ts";
import { estimate, memoryOf, processorName, readSpeed, type Speed, writeSpeed } from "./speed.ts";

const means = { gpu: "false", threads: 1 };
const speed = (more: Partial<Speed> = {}): Speed => ({
  processor: processorName(),
  ...means,
  memory: 16e9,
  model: SMALLEST.name,
  tokens_per_second: 100,
  bandwidth: 13e9,
  card: null,
  ...more,
});
const card = (memory: number, shared = false) => ({ build: "cuda", name: "Card", memory, shared }) as const;

/** A models folder with these language models in full size, though empty. */
async function withModels(names: string[], work: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const name of names) {
      const [file] = catalog[name].files;
      await Deno.mkdir(join(root, name));
      await Deno.writeFile(join(root, name, file.name), new Uint8Array());
      await Deno.truncate(join(root, name, file.name), file.size);
    }
    await work(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("brain: the catalog goes from small to large, of open licences, and only the smallest comes unasked", () => {
  const sizes = llmModels.map(memoryOf);
  assert.deepEqual(sizes, sizes.toSorted((a, b) => a - b));
  assert.deepEqual(llmModels.map(({ licence }) => licence), llmModels.map(() => "Apache-2.0"));
  assert.deepEqual(llmModels.filter(({ onRequest }) => !onRequest), [SMALLEST]);
});

Deno.test("brain: the best is the largest that is quick enough and fits", () => {
  const name = (more: Partial<Speed>) => best(speed(more)).name;
  assert.equal(name({}), "Qwen2.5-0.5B-Instruct");
  assert.equal(name({ bandwidth: 51e9 }), "Qwen3-4B-Instruct-2507");
  assert.equal(name({ bandwidth: 51e9, memory: 4e9 }), "Qwen2.5-1.5B-Instruct");
  assert.equal(name({ bandwidth: 1e9, memory: 1e9 }), SMALLEST.name);
  assert.equal(name({ card: card(8e9) }), "Qwen3-8B");
  assert.equal(name({ card: card(4e9) }), "Qwen2.5-1.5B-Instruct");
  assert.equal(name({ card: card(16e9, true) }), "Qwen2.5-0.5B-Instruct", "as quick as the machine's memory");
  assert.ok(Math.abs(estimate(speed(), llmModels[1])! - 13e9 / 491400032) < 1e-9);
  assert.ok(!suits(speed({ bandwidth: 9.8e9 }), llmModels[1]), "19.9 tokens a second are too few");
});

Deno.test("brain: auto takes the best that is there, names a better one, and never asks for a download", async () => {
  const [small, middle] = [SMALLEST.name, "Qwen2.5-0.5B-Instruct"];
  await withModels([], async (root) => {
    assert.equal((await choose(root, means)).name, small);
    await writeSpeed(root, speed());
    const { name, why } = await choose(root, means);
    assert.equal(name, small);
    assert.match(
      why,
      /Qwen2.5-0.5B-Instruct would be better \(about 26 tokens a second\): .* fetch Qwen2.5-0.5B/,
    );
  });
  await withModels([small, middle, "Qwen3-8B"], async (root) => {
    const unmeasured = await choose(root, means);
    assert.equal(unmeasured.name, small);
    assert.match(unmeasured.why, /not been measured yet, run: .* fetch$/);
    await writeSpeed(root, speed());
    assert.deepEqual(await choose(root, means), {
      name: middle,
      why: "the best that is there (about 26 tokens a second)",
    });
    await Deno.truncate(join(root, middle, catalog[middle].files[0].name), 1000);
    assert.equal((await choose(root, means)).name, small, "a file that is not whole is not there");
  });
});

Deno.test("brain: a measurement of another machine, by other means, or a broken one, is none", async () => {
  await withModels([], async (root) => {
    assert.equal(await readSpeed(root, means), null);
    await writeSpeed(root, speed());
    assert.deepEqual(await readSpeed(root, means), speed());
    assert.equal(await readSpeed(root, { ...means, threads: 2 }), null);
    assert.equal(await readSpeed(root, { ...means, gpu: "cuda" }), null);
    await writeSpeed(root, speed({ processor: "another" }));
    assert.equal(await readSpeed(root, means), null);
    await Deno.writeTextFile(join(root, ".speed.json"), '{"bandwidth": 0}');
    assert.equal(await readSpeed(root, means), null);
    await Deno.writeTextFile(join(root, ".speed.json"), "{");
    assert.equal(await readSpeed(root, means), null);
  });
});

Deno.test("brain: the list says of each model what it takes, how quick it is, and which to fetch", async () => {
  await withModels([], async (root) => {
    const names = llmModels.map(({ name }) => name);
    const lines = await listModels(root, speed(), names);
    assert.match(lines[0], /model +size +licence +state +memory +speed +this machine/);
    assert.match(
      lines[1],
      /^SmolLM2-135M-Instruct +131.5 MB +Apache-2.0 +missing +0.3 GB +99 tokens\/s +suits$/,
    );
    assert.match(lines[2], /not fetched +0.6 GB +26 tokens\/s +recommended$/);
    assert.match(lines[4], /3.7 GB +5 tokens\/s +too slow$/);
    assert.match((await listModels(root, speed({ memory: 2e9 }), names))[4], /too large$/);
    assert.match(lines.at(-1)!, /^Better for this machine: .* fetch Qwen2.5-0.5B-Instruct$/);
    assert.match((await listModels(root, null, names))[2], /0.6 GB$/);
  });
});
