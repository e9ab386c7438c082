/** Loads llama.cpp, for the processor or for a graphics card. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Llama } from "node-llama-cpp";
import type { Log } from "../../engine/handler.ts";
import { buildOf, fetchCommand, type Gpu } from "./gpu.ts";

/** node-llama-cpp's prebuilt binaries that come along, by `process.platform` and `process.arch`. */
const PREBUILT: Record<string, string> = {
  "linux x64": "linux-x64",
  "linux arm64": "linux-arm64",
  "darwin arm64": "mac-arm64-metal",
  "darwin x64": "mac-x64",
  "win32 x64": "win-x64",
  "win32 arm64": "win-arm64",
};

type Logger = (level: string, message: string) => void;

/** The private way into node-llama-cpp 3.21.1, as far as it is used. */
interface PrivateLlama {
  _create(options: Record<string, unknown>): Promise<Llama>;
}

const entry = () => fileURLToPath(import.meta.resolve("node-llama-cpp"));

/** Where the binaries lie that came along. */
function ownFolder(build: string): string {
  const require = createRequire(entry());
  return join(dirname(require.resolve(`@node-llama-cpp/${build}`)), "..", "bins", build);
}

/**
 * Loads the addon without trying it out first.
 *
 * The library's own `getLlama` starts `process.execPath` again in a child process, to see whether the binary works
 * there. That needs the right to run programs, costs half a second, and in a compiled program starts that program over
 * and over. `Llama._create` is what it calls in the end. It is private, therefore the version is pinned; a test loads
 * a model this way. The addon finds the libraries beside itself, also those for the card, and leaves them aside where
 * the driver's own are missing.
 */
async function loadPrebuilt(folder: string, logger: Logger): Promise<Llama> {
  const bindingPath = join(folder, "llama-addon.node");
  const internal = pathToFileURL(join(dirname(entry()), "bindings", "Llama.js")).href;
  const { Llama } = await import(internal) as { Llama: PrivateLlama };
  return await Llama._create({
    bindings: createRequire(entry())(bindingPath),
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

/** llama.cpp, and what it computes on. */
export interface Loaded {
  llama: Llama;
  gpu: Gpu;
  /** Names of the graphics cards; none where the processor computes. */
  cards: string[];
}

const WITHOUT = { gpu: "false", cards: [] as string[] } as const;

async function loadForProcessor(logger: Logger): Promise<Loaded> {
  const build = PREBUILT[`${process.platform} ${process.arch}`];
  if (build) return { llama: await loadPrebuilt(ownFolder(build), logger), ...WITHOUT };
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    logger,
  });
  return { llama, ...WITHOUT };
}

/** @throws {Error} saying in one clause why the card cannot be used; nothing remains loaded then. */
async function loadForCard(folder: string, gpu: Gpu, logger: Logger): Promise<Loaded> {
  const llama = await loadPrebuilt(folder, logger);
  const cards = llama.gpu === gpu ? await llama.getGpuDeviceNames() : [];
  if (cards.length > 0) return { llama, gpu, cards };
  await llama.dispose();
  const why = llama.gpu === gpu ? "no card was found" : "its driver or its run-time libraries were not found";
  throw new Error(why);
}

/**
 * Loads llama.cpp once for this thread; its complaints go to the log. Never call it on the main thread.
 *
 * @param modelRoot Where the builds for graphics cards lie.
 */
export async function loadLlama(log: Log, gpu: Gpu = "false", modelRoot = ""): Promise<Loaded> {
  const logger: Logger = (level, message) => {
    if (level === "error" || level === "fatal") log.error(`llama.cpp: ${message.trimEnd()}`);
  };
  if (gpu === "false") return await loadForProcessor(logger);
  const [build] = buildOf(gpu);
  try {
    return await loadForCard(build ? join(modelRoot, build) : ownFolder("mac-arm64-metal"), gpu, logger);
  } catch (error) {
    const missing = (error as { code?: string }).code === "MODULE_NOT_FOUND" && gpu !== "metal";
    const why = missing ? `its build is not there, run: ${fetchCommand(gpu)}` : (error as Error).message;
    log.warn(`"gpu: ${gpu}" cannot be used (${why.split("\n")[0]}); the processor answers.`);
    return await loadForProcessor(logger);
  }
}
