/**
 * Links that lead out of the models folder. Deno asks whether the link's own path may be read and then follows it, so
 * whoever may read a model could read what lies behind a link in it. Such links are therefore refused before a worker
 * starts; the program itself cannot make any.
 */
import { join, sep as SEPARATOR } from "node:path";
import type { Config } from "../config/load.ts";
import { packName } from "../handlers/avatar/packname.ts";

/** @returns the line that refuses the first such link at or below `name` in the models folder; null when there is none. */
export async function strayLink(name: string, modelRoot: string): Promise<string | null> {
  const stray = await leadsOut(join(modelRoot, name), await Deno.realPath(modelRoot) + SEPARATOR);
  if (stray === null) return null;
  return `Model "${name}": "${stray}" is a link that leads out of "${modelRoot}". Put the file itself there.`;
}

/** Avatars of one's own lie beside the models, and a worker may read their folders. @returns a line for each. */
export async function strayPacks({ handlers, chat_engine: { model_root: root } }: Config): Promise<string[]> {
  const lines: (string | null)[] = [];
  for (const { config } of handlers) {
    const { avatar_name: avatar, avatars = [] } = config as { avatar_name?: string; avatars?: string[] };
    for (const name of new Set([...avatar ? [packName(avatar)] : [], ...avatars])) {
      if (await Deno.lstat(join(root, name)).catch(() => null)) lines.push(await strayLink(name, root));
    }
  }
  return lines.filter((line) => line !== null);
}

/** The first path, of a file or anything in a folder, that really lies elsewhere than in `root`; null when none does. */
async function leadsOut(path: string, root: string): Promise<string | null> {
  const real = await Deno.realPath(path);
  if (!real.startsWith(root)) return path;
  if (!(await Deno.lstat(path)).isDirectory) return null;
  for await (const { name } of Deno.readDir(path)) {
    const stray = await leadsOut(join(path, name), root);
    if (stray !== null) return stray;
  }
  return null;
}
