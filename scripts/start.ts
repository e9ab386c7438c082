/** `deno task start`: fetches what is missing, builds the page, then runs the server with no more rights than it needs. */
import { type Command, EXIT_WRONG, parseCommand } from "../src/cli.ts";
import { ConfigError, type ConfigFlags, loadConfig } from "../src/config/load.ts";
import { knownModel } from "../src/models/catalog.ts";
import { FetchError, fetchModels } from "../src/models/fetch.ts";
import { measureFor } from "../src/models/measure.ts";
import { neededModels } from "../src/models/resolve.ts";
import { buildClient } from "./client.ts";
import { type Needs, needsOf, pathsOf, runPermissions } from "./permissions.ts";

/** onnxruntime reports home otherwise. */
const ENVIRONMENT = { ORT_DISABLE_TELEMETRY: "1" };

/** Fetches and builds what is missing. @returns the exit code, and what the server will need. */
async function prepare(root: string, file: string | undefined, flags: ConfigFlags) {
  const config = await loadConfig({ root, file, flags, env: Deno.env.toObject() });
  // What the catalog does not know is the user's own; the server says so if it is not there.
  const known = neededModels(config).map((name) => knownModel(name)).filter((model) => model !== undefined);
  await fetchModels([...new Set(known)], config.chat_engine.model_root);
  if (config.handlers.some(({ name }) => name === "LLM_Llama")) await measureFor(config);
  return { code: await buildClient(root), paths: pathsOf(config), needs: needsOf(config) };
}

/** Runs the server to its end, passing signals on. @returns its exit code. */
async function serve(
  args: readonly string[],
  root: string,
  paths: readonly string[],
  needs?: Needs,
): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", ...runPermissions(paths, needs), "main.ts", ...args],
    cwd: root,
    env: ENVIRONMENT,
  });
  const server = command.spawn();
  const stop = () => kill(server, "SIGTERM");
  // On a terminal Ctrl+C reaches the server by itself; a second one would hurry it.
  const interrupt = Deno.stdin.isTerminal() ? () => {} : () => kill(server, "SIGINT");
  Deno.addSignalListener("SIGTERM", stop);
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    return (await server.status).code;
  } finally {
    Deno.removeSignalListener("SIGTERM", stop);
    Deno.removeSignalListener("SIGINT", interrupt);
  }
}

function kill(server: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    server.kill(signal);
  } catch {
    // It has ended by itself.
  }
}

/** What looking at a configuration needs; nothing if it is wrong, which the program itself will say. */
async function needsIn(command: Command, root: string) {
  if (command.kind !== "check-config" && command.kind !== "print-graph") return undefined;
  const source = { root, file: command.config, flags: command.flags, env: Deno.env.toObject() };
  return await loadConfig(source).then(
    (config) => ({ paths: pathsOf(config), needs: needsOf(config) }),
    () => undefined,
  );
}

async function start(args: readonly string[], root: string): Promise<number> {
  const command = parseCommand(args);
  if (command.kind === "wrong") {
    console.error(command.line);
    return EXIT_WRONG;
  }
  try {
    const named = "config" in command && command.config ? [command.config] : [];
    if (command.kind !== "run") {
      const looked = await needsIn(command, root);
      return await serve(args, root, looked?.paths ?? named, looked?.needs);
    }
    const { code, paths, needs } = await prepare(root, command.config, command.flags);
    return code === 0 ? await serve(args, root, paths, needs) : code;
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof FetchError)) throw error;
    for (const line of error.lines) console.error(line);
    return EXIT_WRONG;
  }
}

if (import.meta.main) Deno.exitCode = await start(Deno.args, Deno.cwd());
