/** Brings the files of a repository into a folder, from the first hub that gives all of them. */
import { dirname, join } from "node:path";
import { download, type Timeouts } from "./download.ts";
import { SourceFailure } from "./failure.ts";
import { fileUrl, type Listed } from "./hub.ts";
import { lockFolder } from "./lock.ts";
import type { Progress } from "./progress.ts";
import { type HubAccess, hubHeaders, listRepository, type Repository } from "./repository.ts";
import { verifyFile } from "./verify.ts";

/** A model on the hubs, and which of its files are meant. */
export interface Wanted {
  /** In the order they are tried. */
  sources: readonly Repository[];
  /** @throws SourceFailure when the repository lacks what is wanted. */
  pick(files: readonly Listed[]): readonly Listed[];
}

export interface SnapshotEnv extends HubAccess {
  timeouts: Timeouts;
  progress: Progress;
  /** Bytes that may still be written to the disk of a folder that is there. */
  room(folder: string): Promise<number>;
}

/** Nothing was fetched, or not all; the message is one line for people. */
export class SnapshotError extends Error {}

/** One file of a plan. */
export interface Planned extends Listed {
  url: string;
  /** It is there, and right. */
  right: boolean;
  /** Bytes that are there, of the file or of an earlier attempt that broke off. */
  there: number;
}

export interface Plan {
  source: Repository;
  files: readonly Planned[];
  /** Bytes still to come. */
  missing: number;
}

export const HUB_NAMES = { huggingface: "Hugging Face", modelscope: "ModelScope" } as const;

/**
 * What would be fetched and from where; writes nothing.
 * @throws SnapshotError when no hub lists the files.
 */
export function planSnapshot(wanted: Wanted, folder: string, env: SnapshotEnv): Promise<Plan> {
  return firstOf(wanted.sources, env, (source) => planFrom(source, wanted, folder, env));
}

/**
 * Fetches what is missing in `folder`, which is made if need be. Files that are right are left alone, broken off ones
 * are continued, and no file has its own name before its content has been checked. Files of no list stay where they are.
 * @throws SnapshotError when no hub gives all files or the disk has no room for them.
 */
export async function fetchSnapshot(wanted: Wanted, folder: string, env: SnapshotEnv): Promise<Plan> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    const waiting = () => env.progress.say("Another program is fetching models; waiting for it.");
    using _lock = await lockFolder(dirname(folder), waiting);
    return await firstOf(wanted.sources, env, async (source) => {
      const plan = await planFrom(source, wanted, folder, env);
      await checkRoom(plan, folder, env);
      for (const file of plan.files) if (!file.right) await fetchFile(file, source, folder, env);
      return plan;
    });
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SnapshotError(`Nothing more can be put into "${folder}": ${reason}.`);
  } finally {
    env.progress.end();
  }
}

async function firstOf<T>(
  sources: readonly Repository[],
  env: SnapshotEnv,
  use: (source: Repository) => Promise<T>,
): Promise<T> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await use(source);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      reasons.push(`${HUB_NAMES[source.kind]}: ${error.message}`);
      env.progress.say(`Not from ${HUB_NAMES[source.kind]}: ${error.message}`);
    }
  }
  throw new SnapshotError(
    `Could not be fetched (${reasons.join("; ")}). Run the same command again: it goes on where it stopped.`,
  );
}

async function planFrom(source: Repository, wanted: Wanted, folder: string, env: SnapshotEnv): Promise<Plan> {
  const listed = wanted.pick(await listRepository(source, env, env.timeouts.connect));
  const files: Planned[] = [];
  for (const file of listed) {
    const url = fileUrl(env.hubs[source.kind], source.kind, source, file.path);
    files.push({ ...file, url, ...await stateOf(file, join(folder, file.path)) });
  }
  return { source, files, missing: files.reduce((sum, { size, there }) => sum + size - there, 0) };
}

async function stateOf(file: Listed, target: string): Promise<{ right: boolean; there: number }> {
  const wrong = await verifyFile(target, { ...file, name: file.path });
  if (wrong === null) return { right: true, there: file.size };
  const part = await Deno.stat(`${target}.part`).catch(() => null);
  return { right: false, there: Math.min(part?.size ?? 0, file.size) };
}

async function checkRoom({ missing }: Plan, folder: string, env: SnapshotEnv): Promise<void> {
  const room = await env.room(folder);
  if (missing <= room) return;
  const mb = (bytes: number) => Math.ceil(bytes / 1e6);
  throw new SnapshotError(
    `"${folder}" needs ${mb(missing)} MB more, but its disk has ${mb(room)} MB left. Free some, or link "${
      dirname(folder)
    }" to a larger disk.`,
  );
}

async function fetchFile(file: Planned, source: Repository, folder: string, env: SnapshotEnv): Promise<void> {
  const target = join(folder, file.path);
  await Deno.mkdir(dirname(target), { recursive: true });
  // Nothing is ever received of an empty file.
  if (file.size === 0) await Deno.writeFile(`${target}.part`, new Uint8Array());
  await download({
    url: file.url,
    target,
    file: { ...file, name: file.path },
    timeouts: env.timeouts,
    headers: hubHeaders(source, env),
    progress: (done) => env.progress.update(file.path, done, file.size),
  });
}
