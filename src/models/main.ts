/** `deno task models`: lists the models; `deno task models fetch <name>…` or `--for <config>` fetches them. */
import { EXIT_WRONG } from "../cli.ts";
import { type Config, ConfigError, DEFAULT_FILE, loadConfig } from "../config/load.ts";
import { hint } from "../config/nearest.ts";
import { catalog, knownModel } from "./catalog.ts";
import { FetchError, fetchModels } from "./fetch.ts";
import { MODELS_PROGRAM } from "../version.ts";
import { listModels } from "./list.ts";
import { measureFor } from "./measure.ts";
import { checkModels, neededModels } from "./resolve.ts";
import { barred, lineOf } from "./rights.ts";

const USAGE = `Usage:
  ${MODELS_PROGRAM}                          list the models and say which are there
  ${MODELS_PROGRAM} fetch <name>…            fetch models by name
  ${MODELS_PROGRAM} fetch --for <config>     fetch what a configuration needs
  ${MODELS_PROGRAM} fetch                    fetch what ${DEFAULT_FILE} needs
`;

/** One command line, its faults told in lines; @returns the exit code. */
export async function models(args: readonly string[], root: string): Promise<number> {
  try {
    return await obey(args, root);
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof FetchError)) throw error;
    for (const line of error.lines) console.error(line);
    return EXIT_WRONG;
  }
}

async function obey(args: readonly string[], root: string): Promise<number> {
  const env = Deno.env.toObject();
  const [command, ...rest] = args;
  if (command === undefined || (command === "--for" && rest.length === 1)) {
    const config = await loadConfig({ root, env, file: rest[0] });
    await admit(config.chat_engine.model_root, root);
    return await list(config, rest.length ? neededModels(config) : undefined);
  }
  if (command !== "fetch") {
    console.error(USAGE.trimEnd());
    return command === "--help" ? 0 : EXIT_WRONG;
  }
  const needed = rest.length === 0 || rest[0] === "--for";
  const config = await loadConfig({ root, env, file: needed ? rest[1] : undefined });
  await admit(config.chat_engine.model_root, root);
  const names = needed ? neededModels(config) : rest;
  return await fetchNamed(names, config, needed);
}

/** @throws FetchError when models may not even be read from there. */
async function admit(modelRoot: string, root: string): Promise<void> {
  const bar = await barred(modelRoot, root);
  if (bar !== null) throw new FetchError([lineOf(bar)]);
}

async function list(config: Config, names?: readonly string[]): Promise<number> {
  const speed = await measureFor(config);
  for (const line of await listModels(config.chat_engine.model_root, speed, names)) console.log(line);
  return 0;
}

/** `own`: names beside the catalog's are the user's own models, which must be there already. */
async function fetchNamed(names: string[], config: Config, own: boolean): Promise<number> {
  const { model_root: modelRoot } = config.chat_engine;
  const unknown = names.filter((name) => !knownModel(name));
  const lines = own
    ? await checkModels(unknown, modelRoot)
    : unknown.map((name) => `Unknown model "${name}".${hint(name, Object.keys(catalog))}`);
  if (lines.length > 0) throw new FetchError(lines);
  const known = names.map((name) => knownModel(name)).filter((model) => model !== undefined);
  await fetchModels([...new Set(known)], modelRoot);
  return await list(config, names);
}

if (import.meta.main) Deno.exitCode = await models(Deno.args, Deno.cwd());
