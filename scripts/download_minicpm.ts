/** Puts MiniCPM-o 2.6 into the models folder; `scripts/download_MiniCPM-o_2.6.sh` and its `-int4` sibling run it. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT_WRONG } from "../src/cli.ts";
import { hubAddresses } from "../src/models/hub.ts";
import { FOLDERS, gguf, USUAL_GGUF, type Variant, weights } from "../src/models/minicpm.ts";
import { freeBytes } from "../src/models/disk.ts";
import { terminalProgress } from "../src/models/progress.ts";
import { type SnapshotEnv, SnapshotError } from "../src/models/snapshot.ts";
import { fetchInto, type Output, show } from "../src/models/snapshot_report.ts";

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
