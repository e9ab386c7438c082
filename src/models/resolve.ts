/** From the names in the configuration to files that may be handed to native code. */
import { join, normalize, sep as SEPARATOR } from "node:path";
import { hint } from "../config/nearest.ts";
import type { Config } from "../config/load.ts";
import { catalog, knownModel } from "./catalog.ts";
import type { CatalogModel } from "./catalog/model.ts";
import { strayLink } from "./links.ts";
import { liteBringer } from "./lite_avatar.ts";
import { bringer } from "./minicpm.ts";
import { verifyModel } from "./verify.ts";

/** Names of the models that the enabled handlers ask for, each once. */
export function neededModels(config: Config): string[] {
  return [...new Set(config.handlers.flatMap(({ handler, config }) => handler.models(config)))];
}

/**
 * One line for each thing that is wrong with these models; none when all may be loaded.
 * A name of the catalog must be there byte for byte; any other must be a file or folder inside the models folder.
 */
export async function checkModels(
  names: readonly string[],
  modelRoot: string,
  known: Readonly<Record<string, CatalogModel>> = catalog,
): Promise<string[]> {
  const lines: string[] = [];
  for (const name of names) {
    const model = knownModel(name, known);
    if (model) lines.push(...await checkKnown(model, name, modelRoot));
    else lines.push(...await checkOwn(name, modelRoot, known));
  }
  return lines;
}

async function checkKnown(model: CatalogModel, name: string, modelRoot: string): Promise<string[]> {
  const { ok, lines } = await verifyModel(model, modelRoot);
  if (!ok) return lines;
  const stray = await strayLink(name, modelRoot);
  return stray === null ? [] : [stray];
}

/** A model the user brought along. */
async function checkOwn(
  name: string,
  modelRoot: string,
  known: Readonly<Record<string, CatalogModel>>,
): Promise<string[]> {
  const inside = normalize(name);
  const outside = name === "" || inside === "." || inside.startsWith("..") || inside.startsWith(SEPARATOR) ||
    name.includes("\0");
  if (outside) return [`Model ${JSON.stringify(name)}: A name inside "${modelRoot}" is expected.`];
  const path = join(modelRoot, inside);
  try {
    const stray = await strayLink(name, modelRoot);
    return stray === null ? [] : [stray];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return [`Model "${name}": "${path}" cannot be read.`];
    const command = bringer(name) ?? liteBringer(name);
    if (command) return [`Model "${name}": Nothing of that name in "${modelRoot}". Run: ${command}`];
    const names = [...new Set([...Object.keys(known), ...await present(modelRoot)])].sort();
    return [`Model "${name}": Nothing of that name in "${modelRoot}".${hint(name, names)}`];
  }
}

async function present(modelRoot: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(modelRoot)) if (!name.startsWith(".")) names.push(name);
  } catch {
    // No models folder yet: nothing to name.
  }
  return names;
}
