/** The models of the configuration, and the page's script: are all files there, and the right ones? */
import { join } from "node:path";
import { knownModel } from "../models/catalog.ts";
import { sizeOf } from "../models/catalog/model.ts";
import { checkModels } from "../models/resolve.ts";
import { barred } from "../models/rights.ts";
import { MODELS_PROGRAM } from "../version.ts";
import { bad, type Check, ok, size } from "./check.ts";

export interface Stock {
  names: readonly string[];
  /** What is wrong, and the command that mends it: a line for each file. */
  lines: string[];
  /** Of all models: by the catalog, or for the user's own by what lies on the disk. */
  bytes: number;
  /** Of those that must be fetched. */
  missing: number;
  /** Where fetching would not help: what would. */
  remedy?: string;
}

/** Checks every byte of the named models. */
export async function takeStock(names: readonly string[], modelRoot: string): Promise<Stock> {
  const stock: Stock = { names, lines: [], bytes: 0, missing: 0 };
  const bar = await barred(modelRoot);
  if (bar !== null) return { ...stock, lines: [bar.found], remedy: bar.remedy };
  for (const name of names) {
    const model = knownModel(name);
    const bytes = model ? sizeOf(model) : await sizeOnDisk(join(modelRoot, name));
    const lines = await checkModels([name], modelRoot);
    stock.lines.push(...lines);
    stock.bytes += bytes;
    if (model && lines.length > 0) stock.missing += bytes;
  }
  return stock;
}

export function judgeModels(
  { names, lines, bytes, remedy = `Fetch them again: ${MODELS_PROGRAM} fetch` }: Stock,
): Check {
  if (lines.length > 0) return bad("Models", lines.join(" "), remedy);
  if (names.length === 0) return ok("Models", "none needed");
  return ok("Models", `${names.length} verified, ${size(bytes)}: ${names.join(", ")}`);
}

async function sizeOnDisk(path: string): Promise<number> {
  const info = await Deno.stat(path).catch(() => null);
  if (!info?.isDirectory) return info?.size ?? 0;
  let sum = 0;
  for await (const { name } of Deno.readDir(path)) sum += await sizeOnDisk(join(path, name));
  return sum;
}

const SCRIPT = new URL("../../static/client.js", import.meta.url);

/** The page's script is built at the first start from the sources; an executable carries it. */
export async function checkPage(script = SCRIPT): Promise<Check> {
  const info = await Deno.stat(script).catch(() => null);
  if (info?.isFile && info.size > 0) {
    return ok("Page", `its script is built (${Math.ceil(info.size / 1000)} kB)`);
  }
  return bad("Page", "its script is not built", "Build it: deno task client");
}
