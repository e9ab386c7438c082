/**
 * What fetching models may do and serving may not. Under `deno task start` a script fetches, and the server has none of
 * it; an executable has all of it from the beginning, and gives it up before it serves.
 */
import { join } from "node:path";
import { PROGRAM } from "../version.ts";

/** Variables that fetching reads: mirrors of the hubs, an account, and where programs lie. */
export const FETCH_VARIABLES = ["HF_ENDPOINT", "HF_TOKEN", "MODELSCOPE_DOMAIN", "PATH"];

/** What the doctor asks the system with. */
const DOCTOR_PROGRAMS = ["cat", "df", "ls"];

/**
 * Gives up what only fetching models and the doctor's questions need, for good. Other programs that are granted one by
 * one stay: the settings name them. `root`: the project's folder.
 */
export async function giveUpFetching(root: string): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "run" });
  if (state === "granted") await Deno.permissions.revoke({ name: "run" });
  for (const command of DOCTOR_PROGRAMS) await Deno.permissions.revoke({ name: "run", command });
  await Deno.permissions.revoke({ name: "write", path: `${root}/models` });
  if (!Deno.build.standalone) return;
  for (const variable of FETCH_VARIABLES) await Deno.permissions.revoke({ name: "env", variable });
}

/** May this program itself bring models into this folder? */
export async function mayFetchInto(modelRoot: string): Promise<boolean> {
  const write = await Deno.permissions.query({ name: "write", path: modelRoot });
  const run = await Deno.permissions.query({ name: "run" });
  return write.state === "granted" && run.state === "granted";
}

/** Why models cannot be read from a folder, and what to do. */
export interface Bar {
  found: string;
  remedy: string;
}

/**
 * An executable's rights are fixed when it is built: it reads `models/` where it is started, and no other folder.
 * @returns null when models may be read from this folder.
 */
export async function barred(modelRoot: string, root = Deno.cwd()): Promise<Bar | null> {
  const { state } = await Deno.permissions.query({ name: "read", path: modelRoot });
  if (state === "granted") return null;
  const found = `"chat_engine.model_root" is "${modelRoot}", which this program may not read`;
  if (!Deno.build.standalone) return { found, remedy: `Start it with: ${PROGRAM}` };
  return {
    found: `${found}: it is built to read "${join(root, "models")}" only`,
    remedy: `Leave model_root at "models" and make that a link, where no such folder is: ` +
      `ln -s ${quoted(modelRoot)} models. Or run the sources (deno task start), which may read it anywhere.`,
  };
}

/** The same in one line. */
export function lineOf({ found, remedy }: Bar): string {
  return `${found}. ${remedy}`;
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
