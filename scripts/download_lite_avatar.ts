/** Fetches LiteAvatar's weights and avatars; `scripts/download_lite_avatar.sh` runs it. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { EXIT_WRONG } from "../src/cli.ts";
import { freeBytes } from "../src/models/disk.ts";
import { hubAddresses } from "../src/models/hub.ts";
import { avatarPart, ORIGINAL, ORIGINAL_WEIGHTS, type Part, weightParts } from "../src/models/lite_avatar.ts";
import { terminalProgress } from "../src/models/progress.ts";
import { type SnapshotEnv, SnapshotError } from "../src/models/snapshot.ts";
import { fetchInto, type Output, show } from "../src/models/snapshot_report.ts";

const USAGE = `Usage: scripts/download_lite_avatar.sh [flags] [avatar ...]

Puts LiteAvatar's weights (1.06 GB) and the named avatars of the gallery, such as 20250408/sample_data, below
models/${ORIGINAL}, from ModelScope. Run it again to go on. Each is then converted once; docs/lite-avatar.md says how.

  --no-weights       avatars only
  --models <folder>  the models folder (default models)
  --dry-run          print files, sizes and sources, then end
  --help             print this, then end

MODELSCOPE_DOMAIN names a mirror.`;

const OPTIONS = {
  "no-weights": { type: "boolean", default: false },
  models: { type: "string", default: "models" },
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const NAME = /^\w[\w.-]*\/\w[\w.-]*$/;

/** Obeys one command line. @returns the exit code. */
export async function downloadLiteAvatar(
  args: readonly string[],
  env: SnapshotEnv,
  { print, complain }: Output,
): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    complain(`${(error as Error).message.split(". ")[0]}. See --help.`);
    return EXIT_WRONG;
  }
  const { values: flags, positionals: names } = parsed;
  if (flags.help) {
    print(USAGE);
    return 0;
  }
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong !== undefined) {
    complain(`"${wrong}" is no name of the gallery, such as "20250408/sample_data".`);
    return EXIT_WRONG;
  }
  if (flags["no-weights"] && names.length === 0) {
    complain('With "--no-weights" name an avatar, such as "20250408/sample_data".');
    return EXIT_WRONG;
  }
  const parts = [...flags["no-weights"] ? [] : weightParts(), ...names.length > 0 ? [avatarPart(names)] : []];
  return await obey(
    parts,
    flags["dry-run"] ? show : fetchInto,
    flags.models,
    env,
    { print, complain },
    () => {
      if (!flags["dry-run"]) printNext(flags.models, flags["no-weights"], names, print);
    },
  );
}

async function obey(
  parts: readonly Part[],
  work: typeof show,
  models: string,
  env: SnapshotEnv,
  { print, complain }: Output,
  done: () => void,
): Promise<number> {
  try {
    for (const { folder, wanted } of parts) await work(wanted, join(models, folder), env, print);
    done();
    return 0;
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    complain(error.message);
    return 1;
  }
}

/** The commands that make of it what the program runs. */
function printNext(
  models: string,
  noWeights: boolean,
  names: readonly string[],
  print: Output["print"],
): void {
  print("Now convert it (docs/lite-avatar.md says what that needs):");
  const convert = "  python3 scripts/convert_lite_avatar.py";
  if (!noWeights) {
    print(`${convert} weights ${join(models, ORIGINAL_WEIGHTS)} ${join(models, "LiteAvatar/weights")}`);
  }
  for (const name of names) {
    print(`${convert} pack ${join(models, ORIGINAL, `${name}.zip`)} ${join(models, "LiteAvatar", name)}`);
  }
}

if (import.meta.main) {
  const env = Deno.env.toObject();
  Deno.exitCode = await downloadLiteAvatar(Deno.args, {
    hubs: hubAddresses(env),
    timeouts: { connect: 10_000, stall: 30_000 },
    progress: terminalProgress(),
    room: freeBytes,
  }, { print: console.log, complain: console.error });
}
