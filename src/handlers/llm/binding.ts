/** Loads llama.cpp for the CPU. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Llama } from "node-llama-cpp";
import type { Log } from "../../engine/handler.ts";

/** node-llama-cpp's prebuilt CPU binaries, by `process.platform` and `process.arch`. */
const PREBUILT: Record<string, string> = {
  "linux x64": "linux-x64",
  "linux arm64": "linux-arm64",
  "darwin x64": "mac-x64",
  "win32 x64": "win-x64",
  "win32 arm64": "win-arm64",
};

type Logger = (level: string, message: string) => void;

/** The private way into node-llama-cpp 3.21.1, as far as it is used. */
interface PrivateLlama {
  _create(options: Record<string, unknown>): Promise<Llama>;
}

/**
 * Loads the addon without trying it out first.
 *
 * The library's own `getLlama` starts `process.execPath` again in a child process, to see whether the binary works
 * there. That needs the right to run programs, costs half a second, and in a compiled program starts that program over
 * and over. `Llama._create` is what it calls in the end. It is private, therefore the version is pinned; a test loads
 * a model this way.
 */
async function loadPrebuilt(build: string, logger: Logger): Promise<Llama> {
  const entry = fileURLToPath(import.meta.resolve("node-llama-cpp"));
  const require = createRequire(entry);
  const folder = join(dirname(require.resolve(`@node-llama-cpp/${build}`)), "..", "bins", build);
  const bindingPath = join(folder, "llama-addon.node");
  const internal = pathToFileURL(join(dirname(entry), "bindings", "Llama.js")).href;
  const { Llama } = await import(internal) as { Llama: PrivateLlama };
  return await Llama._create({
    bindings: require(bindingPath),
    bindingPath,
    buildType: "prebuilt",
    buildMetadata: JSON.parse(await readFile(join(folder, "_nlcBuildMetadata.json"), "utf8")),
    logLevel: "error",
    logger,
    vramPadding: 0,
    ramPadding: 0,
    debug: false,
    numa: false,
    tempDir: false,
  });
}

/** Loads llama.cpp once for this thread; its complaints go to the log. Never call it on the main thread. */
export async function loadLlama(log: Log): Promise<Llama> {
  const logger: Logger = (level, message) => {
    if (level === "error" || level === "fatal") log.error(`llama.cpp: ${message.trimEnd()}`);
  };
  const build = PREBUILT[`${process.platform} ${process.arch}`];
  if (build) return await loadPrebuilt(build, logger);
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  return await getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    logger,
  });
}
