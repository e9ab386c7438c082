/**
 * What the server may do, as flags of `deno run` and `deno compile`. Paths are relative to the folder the program is
 * started in. Each worker gets less, see `src/workers/rights.ts`.
 */
import type { Config } from "../src/config/load.ts";

/** What it reads wherever it runs. */
const READ = ["models", "configs", "ssl_certs"];
/** Its own code and pages, where they are not part of an executable. */
const SOURCES = ["src", "static", "node_modules", "package.json"];
/** What the media and native libraries ask of the system. */
const SYSTEM = ["cpus", "homedir", "hostname", "networkInterfaces", "osRelease", "setPriority"];
/** All other variables look as if they were not set. */
const VARIABLES = ["OAC_*", "ORT_DISABLE_TELEMETRY", "OTEL_*"];

const ALWAYS = [
  "--allow-net",
  "--allow-ffi",
  `--allow-sys=${SYSTEM.join(",")}`,
  `--allow-env=${VARIABLES.join(",")}`,
  "--ignore-env",
  "--no-prompt",
];

/** Flags of `deno run`. `more`: files and folders that the configuration names. */
export function runPermissions(more: readonly string[] = []): string[] {
  return [`--allow-read=${[...READ, ...SOURCES, ...more].join(",")}`, "--allow-write=logs", ...ALWAYS];
}

/** Flags of `deno compile`. Fetching models needs more than serving does, which gives the rest up at its start. */
export const compiledPermissions: readonly string[] = [
  `--allow-read=${READ.join(",")}`,
  "--allow-write=models,logs",
  "--allow-run",
  ...ALWAYS,
];

/** Every path that a configuration names. */
export function pathsOf({ file, service, chat_engine }: Config): string[] {
  return [file, service.cert_file, service.cert_key, chat_engine.model_root];
}
