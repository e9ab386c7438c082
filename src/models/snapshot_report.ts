/** Says what of a hub's repository would be fetched, or fetches it and says what came. */
import { join } from "node:path";
import {
  fetchSnapshot,
  HUB_NAMES,
  type Plan,
  planSnapshot,
  type SnapshotEnv,
  type Wanted,
} from "./snapshot.ts";

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

/**
 * Prints files, sizes and sources; writes nothing.
 * @throws SnapshotError as `planSnapshot`
 */
export async function show(
  wanted: Wanted,
  folder: string,
  env: SnapshotEnv,
  print: Output["print"],
): Promise<void> {
  const plan = await planSnapshot(wanted, folder, env);
  for (const line of planLines(plan, await env.room(await nearestFolder(folder)))) print(line);
}

/**
 * Fetches what is missing and prints one line.
 * @throws SnapshotError as `fetchSnapshot`
 */
export async function fetchInto(
  wanted: Wanted,
  folder: string,
  env: SnapshotEnv,
  print: Output["print"],
): Promise<void> {
  const { source, files, missing } = await fetchSnapshot(wanted, folder, env);
  const all = files.reduce((sum, { size }) => sum + size, 0);
  const from = files.every(({ right }) => right)
    ? "nothing was missing"
    : `${gb(missing)} from ${HUB_NAMES[source.kind]}`;
  print(`${folder}: ${files.length} files, ${gb(all)}, every checksum right; ${from}`);
}
