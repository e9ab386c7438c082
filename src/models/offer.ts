/** Models that are not there yet: before the server starts, the user is offered to have them fetched. */
import { join, relative } from "node:path";
import { type Config, DEFAULT_FILE } from "../config/load.ts";
import { MODELS_PROGRAM } from "../version.ts";
import { knownModel } from "./catalog.ts";
import { type CatalogModel, sizeOf } from "./catalog/model.ts";
import { FetchError, fetchModels } from "./fetch.ts";
import { neededModels } from "./resolve.ts";
import { barred, lineOf, mayFetchInto } from "./rights.ts";

/** How the offer is made; only tests give others. */
export interface Offer {
  /** Is somebody there to be asked? */
  attended(): boolean;
  /** @returns what was typed; null when nothing will be. */
  ask(question: string): string | null;
  fetch(models: readonly CatalogModel[], modelRoot: string): Promise<void>;
}

const onTerminal: Offer = {
  attended: () => Deno.stdin.isTerminal() && Deno.stdout.isTerminal(),
  ask: (question) => prompt(question, ""),
  fetch: fetchModels,
};

/**
 * Offers to fetch the models that a configuration needs and that are not there, where this program may. Looks at sizes
 * only, which takes no time; the contents are checked later. `root`: the project's folder.
 * @returns what keeps the server from starting, in lines; none when every model of the catalog is there.
 */
export async function offerModels(config: Config, root: string, offer = onTerminal): Promise<string[]> {
  const modelRoot = config.chat_engine.model_root;
  const bar = await barred(modelRoot, root);
  if (bar !== null) return [lineOf(bar)];
  const absent = await absentModels(neededModels(config), modelRoot);
  if (absent.length === 0) return [];
  const amount = `${Math.ceil(absent.reduce((sum, model) => sum + sizeOf(model), 0) / 1e6)} MB`;
  const found = `Models are missing: ${absent.map(({ name }) => name).join(", ")} (${amount}).`;
  const willing = offer.attended() && await mayFetchInto(modelRoot) &&
    agrees(offer.ask(`${found}\nFetch ${amount} now? [Y/n]`));
  if (!willing) return [`${found} Run: ${fetchCommand(config, root)}`];
  try {
    await offer.fetch(absent, modelRoot);
    return [];
  } catch (error) {
    if (error instanceof FetchError) return error.lines;
    throw error;
  }
}

/** Those of the catalog of which a file is not there, or not of the right size; each once. */
async function absentModels(names: readonly string[], modelRoot: string): Promise<CatalogModel[]> {
  const absent = new Set<CatalogModel>();
  for (const model of names.map((name) => knownModel(name))) {
    for (const { name, size } of model?.files ?? []) {
      const info = await Deno.stat(join(modelRoot, model!.name, name)).catch(() => null);
      if (info?.size !== size) absent.add(model!);
    }
  }
  return [...absent];
}

/** The Enter key alone, or a yes. */
function agrees(answer: string | null): boolean {
  return answer !== null && /^(y|yes)?$/i.test(answer.trim());
}

/** Without a name, what the usual or the built-in configuration needs is fetched. */
function fetchCommand({ file, builtIn }: Config, root: string): string {
  if (builtIn || file === join(root, DEFAULT_FILE)) return `${MODELS_PROGRAM} fetch`;
  const path = relative(root, file).startsWith("..") ? file : relative(root, file);
  return `${MODELS_PROGRAM} fetch --for ${path.includes(" ") ? `"${path}"` : path}`;
}
