/** `deno task doctor`: runs the doctor with the rights of the server, and `cat` and `df` to ask the system with. */
import { EXIT_WRONG, parseCommand } from "../src/cli.ts";
import { ConfigError, loadConfig } from "../src/config/load.ts";
import { pathsOf, runPermissions } from "./permissions.ts";

/** onnxruntime reports home otherwise. */
const ENVIRONMENT = { ORT_DISABLE_TELEMETRY: "1" };

async function examine(args: readonly string[], root: string): Promise<number> {
  const command = parseCommand(["doctor", ...args]);
  if (command.kind === "wrong") {
    console.error(command.line);
    return EXIT_WRONG;
  }
  const paths = command.kind === "doctor" ? await pathsFor(command.config, root) : [];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...runPermissions(paths), "--allow-run=cat,df", "main.ts", "doctor", ...args],
    cwd: root,
    env: ENVIRONMENT,
  }).spawn().status;
  return code;
}

/** A configuration that is wrong is the doctor's to tell, so that only its file is needed. */
async function pathsFor(file: string | undefined, root: string): Promise<string[]> {
  try {
    return pathsOf(await loadConfig({ file, root, env: Deno.env.toObject() }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return file === undefined ? [] : [file];
  }
}

if (import.meta.main) Deno.exitCode = await examine(Deno.args, Deno.cwd());
