/** `deno task models`: lists the models; `deno task models fetch <name>…` or `--for <config>` fetches them. */
import { EXIT_WRONG } from "../cli.ts";
import { ConfigError, DEFAULT_FILE, loadConfig } from "../config/load.ts";
import { hint } from "../config/nearest.ts";
import { catalog, knownModel, sizeOf } from "./catalog.ts";
import { FetchError, fetchModels } from "./fetch.ts";
import { MODELS_PROGRAM } from "../version.ts";
import { checkModels, neededModels } from "./resolve.ts";
import { verifyModel } from "./verify.ts";

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
    return await list(
      config.chat_engine.model_root,
      rest.length ? neededModels(config) : Object.keys(catalog),
    );
  }
  if (command !== "fetch") {
    console.error(USAGE.trimEnd());
    return command === "--help" ? 0 : EXIT_WRONG;
  }
  const needed = rest.length === 0 || rest[0] === "--for";
  const config = await loadConfig({ root, env, file: needed ? rest[1] : undefined });
  const names = needed ? neededModels(config) : rest;
  return await fetchNamed(names, config.chat_engine.model_root, needed);
}

async function list(modelRoot: string, names: string[]): Promise<number> {
  const rows: string[][] = [];
  for (const name of names) {
    const model = knownModel(name);
    if (!model) {
      const [line] = await checkModels([name], modelRoot);
      rows.push([name, "", "your own", line ? "missing" : "ok"]);
      continue;
    }
    const { ok, corrupt } = await verifyModel(model, modelRoot);
    const state = ok ? "ok" : corrupt.length > 0 ? "corrupt" : "missing";
    rows.push([name, `${(sizeOf(model) / 1e6).toFixed(1)} MB`, model.licence, state]);
  }
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column].length)));
  for (const [name, size, licence, state] of rows) {
    const cells = [name.padEnd(widths[0]), size.padStart(widths[1]), licence.padEnd(widths[2]), state];
    console.log(cells.join("  "));
  }
  return 0;
}

/** `own`: names beside the catalog's are the user's own models, which must be there already. */
async function fetchNamed(names: string[], modelRoot: string, own: boolean): Promise<number> {
  const unknown = names.filter((name) => !knownModel(name));
  const lines = own
    ? await checkModels(unknown, modelRoot)
    : unknown.map((name) => `Unknown model "${name}".${hint(name, Object.keys(catalog))}`);
  if (lines.length > 0) throw new FetchError(lines);
  const known = names.map((name) => knownModel(name)).filter((model) => model !== undefined);
  await fetchModels([...new Set(known)], modelRoot);
  return await list(modelRoot, names);
}

if (import.meta.main) Deno.exitCode = await models(Deno.args, Deno.cwd());
