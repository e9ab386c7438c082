/**
 * What the server may do, as flags of `deno run` and `deno compile`. Paths are relative to the folder the program is
 * started in. Each worker gets less, see `src/workers/rights.ts`.
 */
import type { Config } from "../src/config/load.ts";
import { KEY_VARIABLES, PROGRAM_VARIABLES } from "../src/config/variables.ts";
import { FETCH_VARIABLES } from "../src/models/rights.ts";

/** What it reads wherever it runs. */
const READ = ["models", "configs", "ssl_certs"];
/** Its own code and pages, where they are not part of an executable. */
const SOURCES = ["src", "static", "node_modules", "package.json"];
/** What the media and native libraries ask of the system. */
const SYSTEM = ["cpus", "homedir", "hostname", "networkInterfaces", "osRelease", "setPriority"];
/** All other variables look as if they were not set. */
const VARIABLES = [...KEY_VARIABLES, "ORT_DISABLE_TELEMETRY", "OTEL_*"];
/**
 * Fetching models asks for room on the disk. The programs it runs get the whole environment; proxies and
 * `DENO_TLS_CA_STORE` are read by Deno itself.
 */
const FETCH_SYSTEM = ["statfs"];

/** What a configuration's handlers need beside its paths. */
export interface Needs {
  /** Variables that hold their keys. */
  variables: readonly string[];
  programs: readonly string[];
}

/**
 * @param fetching does this program fetch models by itself?
 * @param more variables
 */
function always(fetching: boolean, more: readonly string[] = []): string[] {
  return [
    "--allow-net",
    "--allow-ffi",
    `--allow-sys=${[...SYSTEM, ...fetching ? FETCH_SYSTEM : []].join(",")}`,
    `--allow-env=${[...VARIABLES, ...fetching ? FETCH_VARIABLES : [], ...more].join(",")}`,
    "--ignore-env",
    "--no-prompt",
  ];
}

/** Flags of `deno run`. `more`: files and folders that the configuration names. */
export function runPermissions(
  more: readonly string[] = [],
  { variables, programs }: Needs = { variables: [], programs: [] },
): string[] {
  return [
    `--allow-read=${[...READ, ...SOURCES, ...more].join(",")}`,
    "--allow-write=logs",
    ...programs.length > 0 ? [`--allow-run=${programs.join(",")}`] : [],
    ...always(false, [...variables, ...programs.length > 0 ? PROGRAM_VARIABLES : []]),
  ];
}

/**
 * Flags of `deno compile`. Fetching models needs more than serving does, which gives the rest up at its start. Which
 * programs may run cannot be named: without a PATH, Deno ends at once if it cannot find one that is named.
 */
export const compiledPermissions: readonly string[] = [
  `--allow-read=${READ.join(",")}`,
  "--allow-write=models,logs",
  "--allow-run",
  ...always(true),
];

/** Every path that a configuration names. */
export function pathsOf({ file, service, chat_engine }: Config): string[] {
  return [file, service.cert_file, service.cert_key, chat_engine.model_root];
}

/** What the handlers of a configuration need beyond that. */
export function needsOf({ handlers }: Config): Needs {
  return {
    variables: handlers.flatMap(({ handler, config }) => handler.secrets?.(config) ?? []),
    programs: handlers.flatMap(({ handler, config }) => handler.programs?.(config) ?? []),
  };
}
