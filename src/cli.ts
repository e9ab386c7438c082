/** The command line: what was asked for, or one line that says what is wrong with it. Does nothing itself. */
import { parseArgs } from "node:util";
import type { ConfigFlags } from "./config/load.ts";
import { hint } from "./config/nearest.ts";
import { DOCTOR_PROGRAM, MODELS_PROGRAM, PROGRAM, VERSION } from "./version.ts";

/** Exit code of a wrong command line, configuration or installation. */
export const EXIT_WRONG = 2;

export const HELP = `Open Avatar Chat ${VERSION}: speak with a face, all on this computer.

Usage: ${PROGRAM} [flags]
       ${MODELS_PROGRAM} [fetch <name>… | fetch --for <config>]
       ${DOCTOR_PROGRAM} [--json] [flags]    says whether a call would work, and what to do if not

  --config <file>      settings, absolute or relative to the project (default configs/sample.yaml)
  --host <address>     where to listen (service.host)
  --port <number>      1 to 65535 (service.port)
  --log-level <level>  DEBUG, INFO, WARNING or ERROR (log.log_level)
  --check-config       say whether the configuration is right, then end
  --print-graph        print which handler feeds which, then end
  --help               print this, then end
  --version            print version, runtime and commit, then end
  --json               of the doctor: print JSON, for bug reports

A flag overrules its environment variable (OAC_SERVICE_PORT, OAC_LOG_LEVEL, …), which overrules the file.
Exit codes: 0 all is well (of the doctor: a call would work), 1 it failed while running, 2 something given is wrong or missing.
`;

const OPTIONS = {
  config: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  "log-level": { type: "string" },
  "check-config": { type: "boolean" },
  "print-graph": { type: "boolean" },
  help: { type: "boolean" },
  version: { type: "boolean" },
  json: { type: "boolean" },
} as const;

export type Command =
  | { kind: "help" }
  | { kind: "version" }
  /** Models are to be listed or fetched: the arguments behind the word. */
  | { kind: "models"; args: string[] }
  | { kind: "check-config" | "print-graph" | "run"; config?: string; flags: ConfigFlags }
  | { kind: "doctor"; config?: string; flags: ConfigFlags; json: boolean }
  /** Print `line` on stderr and end with `EXIT_WRONG`. */
  | { kind: "wrong"; line: string };

/** Reads the arguments (without the program's own name). `--help` wins over `--version`, both over the rest. */
export function parseCommand(args: readonly string[]): Command {
  if (args[0] === "models") return { kind: "models", args: args.slice(1) };
  const doctor = args[0] === "doctor";
  const rest = doctor ? args.slice(1) : [...args];
  const { values, tokens } = parseArgs({ args: rest, options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    const line = faultOf(token);
    if (line) return { kind: "wrong", line };
  }
  if (values.help) return { kind: "help" };
  if (values.version) return { kind: "version" };
  if (values.json && !doctor) return { kind: "wrong", line: `"--json" belongs to the doctor.${SEE}` };
  const kind = values["check-config"] ? "check-config" : values["print-graph"] ? "print-graph" : "run";
  const text = (name: keyof typeof OPTIONS) => values[name] as string | undefined;
  const config = text("config");
  const flags = { host: text("host"), port: text("port"), logLevel: text("log-level") };
  return doctor ? { kind: "doctor", config, flags, json: values.json === true } : { kind, config, flags };
}

interface Token {
  kind: string;
  name?: string;
  rawName?: string;
  value?: string;
}

const SEE = " See --help.";

function faultOf({ kind, name = "", rawName = "", value }: Token): string | undefined {
  if (kind === "positional") return `Unexpected argument "${value}".${SEE}`;
  if (kind !== "option") return undefined;
  if (!Object.hasOwn(OPTIONS, name)) {
    const near = hint(rawName, Object.keys(OPTIONS).map((known) => `--${known}`));
    return `Unknown flag "${rawName}".${near.startsWith(" Did") ? near : SEE}`;
  }
  const { type } = OPTIONS[name as keyof typeof OPTIONS];
  if (type === "boolean" && value !== undefined) {
    return `"${rawName}" takes no value, but was given "${value}".${SEE}`;
  }
  if (type === "string" && !value) return `"${rawName}" needs a value.${SEE}`;
  return undefined;
}
