/** The list that `deno task models` prints. */
import { MODELS_PROGRAM } from "../version.ts";
import { best, presentModels, suits } from "./brain.ts";
import { catalog, knownModel } from "./catalog.ts";
import { type LlmModel, llmModels } from "./catalog/llm.ts";
import { sizeOf } from "./catalog/model.ts";
import { checkModels } from "./resolve.ts";
import { estimate, fits, memoryOf, type Speed } from "./speed.ts";
import { verifyModel } from "./verify.ts";

const HEAD = ["model", "size", "licence", "state", "memory", "speed", "this machine"];
/** Columns of figures. */
const RIGHT = [1, 4, 5];

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** What is said of a language model: its memory, its speed here, and whether it is the one to take. */
function fitness(model: LlmModel, speed: Speed | null): string[] {
  if (!speed) return [gigabytes(memoryOf(model)), "", ""];
  const tokens = estimate(speed, model);
  const told = best(speed) === model
    ? "recommended"
    : suits(speed, model)
    ? "suits"
    : fits(speed, model)
    ? "too slow"
    : "too large";
  return [gigabytes(memoryOf(model)), tokens === null ? "" : `${tokens.toFixed(0)} tokens/s`, told];
}

/** One row: name, size, licence, state; of a language model also memory, speed and advice. */
async function rowOf(name: string, modelRoot: string, speed: Speed | null): Promise<string[]> {
  const model = knownModel(name);
  if (!model) {
    const [line] = await checkModels([name], modelRoot);
    return [name, "", "your own", line ? "missing" : "ok", "", "", ""];
  }
  const { ok, corrupt } = await verifyModel(model, modelRoot);
  const state = ok ? "ok" : corrupt.length > 0 ? "corrupt" : model.onRequest ? "not fetched" : "missing";
  const brain = llmModels.find((brain) => brain === model);
  const more = brain ? fitness(brain, speed) : ["", "", ""];
  return [name, `${(sizeOf(model) / 1e6).toFixed(1)} MB`, model.licence, state, ...more];
}

/** The rows of a table, as wide as needed. */
function table(rows: string[][]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text: string, column: number) =>
    RIGHT.includes(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return rows.map((row) => row.map(cell).join("  ").trimEnd());
}

/** What to do about the language model, where there is something to do; one line. */
async function advice(modelRoot: string, speed: Speed): Promise<string[]> {
  const { name, billions } = best(speed);
  const there = await presentModels(modelRoot);
  if (there.some((model) => model.billions >= billions)) return [];
  return [`Better for this machine: ${MODELS_PROGRAM} fetch ${name}`];
}

/**
 * The list, line by line.
 * @param names all models of the catalog if left out.
 * @param speed How fast this machine is; null: not measured.
 */
export async function listModels(
  modelRoot: string,
  speed: Speed | null,
  names: readonly string[] = Object.keys(catalog),
): Promise<string[]> {
  const rows = [HEAD];
  for (const name of names) rows.push(await rowOf(name, modelRoot, speed));
  return [...table(rows), ...speed ? await advice(modelRoot, speed) : []];
}
