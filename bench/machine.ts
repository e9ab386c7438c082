/** Under what a benchmark ran: nothing it prints means anything without. */
import { type Config, loadConfig } from "../src/config/load.ts";

export const ROOT = new URL("..", import.meta.url).pathname;

/** @param file absolute or relative to the project */
export async function readConfig(file: string): Promise<Config> {
  return await loadConfig({ file, root: ROOT, env: Deno.env.toObject() });
}

/** Models and threads, processor, versions, and how busy the machine is. */
export async function header(config: Config): Promise<string> {
  const models = config.handlers.flatMap(({ name, handler, config }) => {
    const names = handler.models(config);
    // The models that do not say otherwise run in their worker's one thread.
    const { threads = 1 } = config as { threads?: number };
    return names.length > 0 ? [`${name} ${names.join(" + ")} (${threads})`] : [];
  });
  return [
    `Models (threads): ${models.join(", ")}.`,
    `Processor: ${await processor()}, ${navigator.hardwareConcurrency} cores; Deno ${Deno.version.deno}.`,
    load("before"),
  ].join("\n");
}

/** Mean number of processes that wanted to run in the last 1, 5 and 15 minutes. */
export function load(when: string): string {
  return `Load of the machine ${when}: ${Deno.loadavg().map((mean) => mean.toFixed(1)).join(", ")}.`;
}

/** Its name, as the system has it. */
export async function processor(): Promise<string> {
  try {
    return /^model name\s*:\s*(.+)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}
