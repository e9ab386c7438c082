/** From the names in the configuration to files that may be handed to native code. */
import { join, normalize, sep as SEPARATOR } from "node:path";
import { hint } from "../config/nearest.ts";
import type { Config } from "../config/load.ts";
import { catalog, type CatalogModel, knownModel } from "./catalog.ts";
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
    if (model) lines.push(...(await verifyModel(model, modelRoot)).lines);
    else lines.push(...await checkOwn(name, modelRoot, known));
  }
  return lines;
}

/** A model the user brought along. Links that lead out of the models folder are refused. */
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
    const stray = await leadsOut(path, await Deno.realPath(modelRoot) + SEPARATOR);
    if (stray === null) return [];
    return [
      `Model "${name}": "${stray}" is a link that leads out of "${modelRoot}". Put the file itself there.`,
    ];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return [`Model "${name}": "${path}" cannot be read.`];
    const names = [...new Set([...Object.keys(known), ...await present(modelRoot)])].sort();
    return [`Model "${name}": Nothing of that name in "${modelRoot}".${hint(name, names)}`];
  }
}

/** The first path, of a file or anything in a folder, that really lies elsewhere than in `root`; null when none does. */
async function leadsOut(path: string, root: string): Promise<string | null> {
  const real = await Deno.realPath(path);
  if (!real.startsWith(root)) return path;
  if (!(await Deno.lstat(path)).isDirectory) return null;
  for await (const { name } of Deno.readDir(path)) {
    const stray = await leadsOut(join(path, name), root);
    if (stray !== null) return stray;
  }
  return null;
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
