/** Measures how fast this machine writes with a language model, once. */
import { join } from "node:path";
import process from "node:process";
import { readMachine, totalMemory } from "../doctor/machine.ts";
import type { Config } from "../config/load.ts";
import type { Log } from "../engine/handler.ts";
import { type Loaded, loadLlama } from "../handlers/llm/binding.ts";
import { presentGpu, type WantedGpu } from "../handlers/llm/gpu.ts";
import { presentModels } from "./brain.ts";
import { processorName, readSpeed, type Speed, speedFile, writeSpeed } from "./speed.ts";

/** Tokens of a run, and runs, of which the fastest counts. */
const TOKENS = 24;
const RUNS = 4;

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A clock in milliseconds. Where the processor computes it is its own time for this program, shared out among the
 * threads, so that other programs, of which there are many while models are fetched, do not make the machine look slow.
 */
function clockFor({ gpu }: Loaded, threads: number): () => number {
  if (gpu !== "false") return () => performance.now();
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 / threads;
  };
}

/** Tokens a second with which a model writes. */
async function write(loaded: Loaded, path: string, threads: number): Promise<number> {
  const model = await loaded.llama.loadModel({
    modelPath: path,
    gpuLayers: loaded.gpu === "false" ? 0 : "max",
  });
  const context = await model.createContext({ contextSize: 256, sequences: 1, threads });
  const sequence = context.getSequence();
  const [word] = model.tokenize("a");
  const now = clockFor(loaded, threads);
  let fastest = 0;
  for (let run = 0; run < RUNS; run++) {
    await sequence.clearHistory();
    await sequence.evaluateWithoutGeneratingNewTokens([word]);
    const since = now();
    for (let token = 0; token < TOKENS; token++) await sequence.evaluateWithoutGeneratingNewTokens([word]);
    fastest = Math.max(fastest, TOKENS / (now() - since) * 1000);
  }
  await context.dispose();
  await model.dispose();
  return fastest;
}

async function cardOf({ llama, gpu, cards }: Loaded): Promise<Speed["card"]> {
  if (gpu === "false") return null;
  const { total, unifiedSize } = await llama.getVramState();
  return { build: gpu, name: cards.join(" and "), memory: total, shared: unifiedSize >= total };
}

/** Without a place for the result, it would be measured again and again. */
function mayWrite(modelRoot: string): Promise<boolean> {
  const options = { append: true, create: true };
  return Deno.open(speedFile(modelRoot), options).then((file) => (file.close(), true), () => false);
}

/**
 * Measures and keeps the result, unless it is there. Some two seconds.
 *
 * @param begins Called when it has to be measured.
 * @returns null when there is no known language model to measure with.
 */
export async function measureSpeed(
  modelRoot: string,
  { threads = 1, gpu = "auto" }: { threads?: number; gpu?: WantedGpu },
  begins = () => {},
): Promise<Speed | null> {
  const means = { threads, gpu: gpu === "auto" ? await presentGpu(modelRoot) : gpu };
  const known = await readSpeed(modelRoot, means);
  const [model] = await presentModels(modelRoot);
  if (known || !model) return known;
  if (!await mayWrite(modelRoot)) return null;
  begins();
  const [{ name: file, size }] = model.files;
  const loaded = await loadLlama(silent, means.gpu, modelRoot);
  try {
    const tokens = await write(loaded, join(modelRoot, model.name, file), threads);
    const speed: Speed = {
      processor: processorName(),
      ...means,
      memory: totalMemory(await readMachine()) ?? 4e9,
      model: model.name,
      tokens_per_second: tokens,
      bandwidth: tokens * size,
      card: await cardOf(loaded),
    };
    await writeSpeed(modelRoot, speed);
    return speed;
  } finally {
    await loaded.llama.dispose();
  }
}

/** The same with the settings of a configuration's `LLM_Llama`, said on the terminal; null when nothing can be told. */
export async function measureFor({ chat_engine, handlers }: Config): Promise<Speed | null> {
  const settings = handlers.find(({ name }) => name === "LLM_Llama")?.config ?? {};
  const { threads = 1, gpu = "auto" } = settings as { threads?: number; gpu?: WantedGpu };
  try {
    return await measureSpeed(chat_engine.model_root, { threads, gpu }, () => {
      console.error("Measuring how fast this machine is, once: some seconds.");
    });
  } catch (error) {
    console.error(`How fast this machine is could not be measured: ${(error as Error).message}`);
    return null;
  }
}
