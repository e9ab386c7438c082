/** `deno task doctor`: runs the doctor with the rights of the server, and `cat`, `df` and `ls` to ask the system with. */
import { EXIT_WRONG, parseCommand } from "../src/cli.ts";
import { ConfigError, loadConfig } from "../src/config/load.ts";
import { needsOf, pathsOf, runPermissions } from "./permissions.ts";

/** onnxruntime reports home otherwise. */
const ENVIRONMENT = { ORT_DISABLE_TELEMETRY: "1" };

async function examine(args: readonly string[], root: string): Promise<number> {
  const command = parseCommand(["doctor", ...args]);
  if (command.kind === "wrong") {
    console.error(command.line);
    return EXIT_WRONG;
  }
  const { paths, needs } = await readNeeds(command.kind === "doctor" ? command.config : undefined, root);
  const programs = [...needs.programs, "cat", "df", "ls"];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...runPermissions(paths, { ...needs, programs }), "main.ts", "doctor", ...args],
    cwd: root,
    env: ENVIRONMENT,
  }).spawn().status;
  return code;
}

/** A configuration that is wrong is the doctor's to tell, so that only its file is needed. */
async function readNeeds(file: string | undefined, root: string) {
  try {
    const config = await loadConfig({ file, root, env: Deno.env.toObject() });
    return { paths: pathsOf(config), needs: needsOf(config) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { paths: file === undefined ? [] : [file], needs: { variables: [], programs: [] } };
  }
}

if (import.meta.main) Deno.exitCode = await examine(Deno.args, Deno.cwd());
