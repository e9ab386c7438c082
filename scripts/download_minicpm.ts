/** Puts MiniCPM-o 2.6 into the models folder; `scripts/download_MiniCPM-o_2.6.sh` and its `-int4` sibling run it. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT_WRONG } from "../src/cli.ts";
import { hubAddresses } from "../src/models/hub.ts";
import { FOLDERS, gguf, USUAL_GGUF, type Variant, weights } from "../src/models/minicpm.ts";
import { freeBytes } from "../src/models/disk.ts";
import { terminalProgress } from "../src/models/progress.ts";
import {
  fetchSnapshot,
  HUB_NAMES,
  type Plan,
  planSnapshot,
  type SnapshotEnv,
  SnapshotError,
  type Wanted,
} from "../src/models/snapshot.ts";

const NAMES: Readonly<Record<Variant, string>> = {
  full: "scripts/download_MiniCPM-o_2.6.sh",
  int4: "scripts/download_MiniCPM-o_2.6-int4.sh",
};

const usage = (variant: Variant) =>
  `Usage: ${NAMES[variant]} [flags]

Puts MiniCPM-o 2.6 into models/${
    FOLDERS[variant]
  }, from Hugging Face, else from ModelScope. Run it again to go on.

  --gguf             the language model as one GGUF file, for the built-in engine (${USUAL_GGUF[variant]})
  --quant <name>     which GGUF: F16, Q8_0, Q6_K, Q5_K_M, Q4_K_M, Q4_K_S, Q4_1, Q4_0; with --gguf
  --models <folder>  the models folder (default models)
  --dry-run          print files, sizes and sources, then end
  --help             print this, then end

HF_ENDPOINT and MODELSCOPE_DOMAIN name mirrors, HF_TOKEN an account of Hugging Face.
`;

const OPTIONS = {
  gguf: { type: "boolean", default: false },
  quant: { type: "string" },
  models: { type: "string", default: "models" },
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

export interface Output {
  /** A line of the result. */
  print(line: string): void;
  /** A line about what went wrong. */
  complain(line: string): void;
}

const gb = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;

/** One line for each file: its size, whether it is there, where it comes from. */
function planLines(plan: Plan, room: number): string[] {
  const state = ({ right, there }: Plan["files"][number]) =>
    right ? "there" : there > 0 ? "begun" : "missing";
  const width = Math.max(...plan.files.map(({ path }) => path.length));
  const lines = plan.files.map((file) =>
    `${file.path.padEnd(width)}  ${String(file.size).padStart(12)} bytes  ${
      state(file).padEnd(7)
    }  ${file.url}`
  );
  const all = plan.files.reduce((sum, { size }) => sum + size, 0);
  return [
    ...lines,
    `${plan.files.length} files, ${gb(all)}; ${gb(plan.missing)} to fetch from ${
      HUB_NAMES[plan.source.kind]
    }; ` +
    `${gb(room)} free`,
  ];
}

/** The folder itself, or the nearest one above it that is there. */
async function nearestFolder(path: string): Promise<string> {
  const info = await Deno.stat(path).catch(() => null);
  return info?.isDirectory ? path : await nearestFolder(join(path, ".."));
}

/** Obeys one command line. @returns the exit code. */
export async function downloadMiniCpm(
  variant: Variant,
  args: readonly string[],
  env: SnapshotEnv,
  { print, complain }: Output,
): Promise<number> {
  let flags;
  try {
    flags = parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    complain(`${(error as Error).message.split(". ")[0]}. See --help.`);
    return EXIT_WRONG;
  }
  if (flags.help) {
    print(usage(variant).trimEnd());
    return 0;
  }
  if (flags.quant !== undefined && !flags.gguf) {
    complain(`"--quant ${flags.quant}" chooses a GGUF: give --gguf too.`);
    return EXIT_WRONG;
  }
  const wanted = flags.gguf ? gguf(flags.quant ?? USUAL_GGUF[variant]) : weights(variant);
  const folder = join(flags.models, FOLDERS[variant]);
  try {
    if (flags["dry-run"]) await show(wanted, folder, env, print);
    else await fetchInto(wanted, folder, env, print);
    return 0;
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    complain(error.message);
    return 1;
  }
}

async function show(wanted: Wanted, folder: string, env: SnapshotEnv, print: Output["print"]): Promise<void> {
  const plan = await planSnapshot(wanted, folder, env);
  for (const line of planLines(plan, await env.room(await nearestFolder(folder)))) print(line);
}

async function fetchInto(wanted: Wanted, folder: string, env: SnapshotEnv, print: Output["print"]) {
  const { source, files, missing } = await fetchSnapshot(wanted, folder, env);
  const all = files.reduce((sum, { size }) => sum + size, 0);
  const from = files.every(({ right }) => right)
    ? "nothing was missing"
    : `${gb(missing)} from ${HUB_NAMES[source.kind]}`;
  print(`${folder}: ${files.length} files, ${gb(all)}, every checksum right; ${from}`);
}

if (import.meta.main) {
  const [variant, ...args] = Deno.args;
  const env = Deno.env.toObject();
  Deno.exitCode = await downloadMiniCpm(variant === "int4" ? "int4" : "full", args, {
    hubs: hubAddresses(env),
    token: env.HF_TOKEN,
    timeouts: { connect: 10_000, stall: 30_000 },
    progress: terminalProgress(),
    room: freeBytes,
  }, { print: console.log, complain: console.error });
}
