/**
 * Are a model's files there, and are they the right ones? Size and sha256 of every file, at every start: 208 MB take
 * 0.15 s where the processor has SHA instructions, so no record of earlier checks is kept that could go stale.
 */
import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { MODELS_PROGRAM } from "../version.ts";
import type { CatalogModel } from "./catalog/model.ts";

/** How a file's content is recognised: by its sha256 or else by git's own hash. */
export interface Expected {
  name: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256?: string;
  /** Hexadecimal: sha1 of `blob <size>`, a zero byte and the content. */
  gitBlob?: string;
}

export interface Verdict {
  ok: boolean;
  /** Names of files that are not there. */
  missing: string[];
  /** Names of files with the wrong size or hash. */
  corrupt: string[];
  /** What is wrong and what to run, one line per file. */
  lines: string[];
}

/** Feeds a file to a hash. @returns its bytes. */
export async function hashInto(hash: Hash, path: string): Promise<number> {
  using file = await Deno.open(path);
  const block = new Uint8Array(1 << 20);
  let size = 0;
  for (let read; (read = await file.read(block)) !== null; size += read) hash.update(block.subarray(0, read));
  return size;
}

/** Checks one file. @returns null when it is right, else what is wrong. */
export async function verifyFile(path: string, file: Expected): Promise<"missing" | string | null> {
  const info = await Deno.stat(path).catch(() => null);
  if (!info?.isFile) return "missing";
  if (info.size !== file.size) return `has ${info.size} bytes instead of ${file.size}`;
  return await verifyContent(path, file);
}

/** Checks the hash of a file that is there. @returns null when it is right, else what is wrong. */
export async function verifyContent(path: string, file: Expected): Promise<string | null> {
  const [kind, expected, hash] = file.sha256 === undefined
    ? ["git hash", file.gitBlob, createHash("sha1").update(`blob ${file.size}\0`)] as const
    : ["sha256", file.sha256, createHash("sha256")] as const;
  await hashInto(hash, path);
  const found = hash.digest("hex");
  return found === expected ? null : `has the ${kind} ${found} instead of ${expected}`;
}

/** Checks every file of a model. `modelRoot`: the models folder. */
export async function verifyModel(model: CatalogModel, modelRoot: string): Promise<Verdict> {
  const verdict: Verdict = { ok: true, missing: [], corrupt: [], lines: [] };
  const run = `Run: ${MODELS_PROGRAM} fetch ${model.name}`;
  for (const file of model.files) {
    const path = join(modelRoot, model.name, file.name);
    const wrong = await verifyFile(path, file);
    if (wrong === null) continue;
    verdict.ok = false;
    (wrong === "missing" ? verdict.missing : verdict.corrupt).push(file.name);
    const what = wrong === "missing" ? `is missing ("${path}")` : `is damaged: "${path}" ${wrong}`;
    verdict.lines.push(`Model "${model.name}": "${file.name}" ${what}. ${run}`);
  }
  return verdict;
}
