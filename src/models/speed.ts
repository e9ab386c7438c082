/**
 * How fast this machine writes with a language model: measured once, when models are fetched, and kept beside them,
 * because a server may neither write there nor spend its start on it.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { sizeOf } from "./catalog/model.ts";
import type { LlmModel } from "./catalog/llm.ts";

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const Record = v.object({
  /** The processor it was measured on: a folder of models may be copied to another machine. */
  processor: v.string(),
  /** What was asked to compute: a build for a graphics card, or "false". */
  gpu: v.string(),
  threads: positive,
  /** Bytes that this machine, or its container, has in all. */
  memory: positive,
  /** What was measured. */
  model: v.string(),
  tokens_per_second: positive,
  /** Bytes of weights that go through the processor in a second. */
  bandwidth: positive,
  /** The graphics card that llama.cpp found. One without memory of its own is as quick as the machine's memory. */
  card: v.nullable(v.object({
    build: v.picklist(["cuda", "vulkan", "metal"]),
    name: v.string(),
    /** Bytes. */
    memory: positive,
    shared: v.boolean(),
  })),
});
export type Speed = v.InferOutput<typeof Record>;

/** Beside the models, as nothing that could be taken for one. */
export const speedFile = (modelRoot: string) => join(modelRoot, ".speed.json");

export function processorName(): string {
  try {
    return cpus()[0]?.model ?? Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}

/** With what a speed is measured: a build for a graphics card or "false", and the processor's threads. */
export interface Means {
  gpu: string;
  threads: number;
}

/** What was measured on this machine; null when nothing was, or by other means, or the file is no good. */
export async function readSpeed(modelRoot: string, { gpu, threads }: Means): Promise<Speed | null> {
  try {
    const result = v.safeParse(Record, JSON.parse(await Deno.readTextFile(speedFile(modelRoot))));
    const speed = result.success ? result.output : null;
    const same = speed?.processor === processorName() && speed.gpu === gpu && speed.threads === threads;
    return same ? speed : null;
  } catch {
    return null;
  }
}

export async function writeSpeed(modelRoot: string, speed: Speed): Promise<void> {
  await Deno.writeTextFile(speedFile(modelRoot), `${JSON.stringify(speed, null, 2)}\n`);
}

/** Callers and tokens for each that the sample configuration has room for. */
const CALLERS = 4;
const TOKENS = 2048;
/** Bytes that the other handlers and the server take, see `doctor`. */
const BESIDE = 1.0e9;

/** Bytes that a model takes with the sample configuration's callers: its weights and what it remembers of them. */
export function memoryOf(model: LlmModel): number {
  return sizeOf(model) + CALLERS * TOKENS * model.tokenBytes;
}

/** Does it fit on the card, or else beside the other handlers into the machine? */
export function fits(speed: Speed, model: LlmModel): boolean {
  const { card } = speed;
  if (card && !card.shared) return memoryOf(model) <= 0.9 * card.memory;
  return memoryOf(model) + BESIDE <= 0.9 * speed.memory;
}

/**
 * Tokens a second. Each token takes all weights through the processor once, so the time goes with their bytes. Measured
 * on one EPYC core, against what SmolLM2 (131 MB) foretold: the same with four times the layers (431 MB) 6 to 12 % slower,
 * one made of zeros, 615 MB in wide rows of Q4_K, 15 to 30 % faster, Q8_0 3 to 6 % slower; Q4_1, which no model of the
 * catalog is kept in, 40 %. None of the larger models of the catalog was at hand. Null on a graphics card, where a small
 * model shows the card's latency and not its bandwidth.
 */
export function estimate(speed: Speed, model: LlmModel): number | null {
  return speed.card && !speed.card.shared ? null : speed.bandwidth / sizeOf(model);
}
