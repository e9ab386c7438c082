/** Avatar packs on the disk. */
import { loadPack, type Pack } from "./pack.ts";

/**
 * Reads the pack in `folder`.
 *
 * @param size side of the video picture in pixels
 * @throws Error in one line that names the pack and the file
 */
export function readPack(folder: string, size: number): Promise<Pack> {
  const name = folder.replace(/[\\/]+$/, "").split(/[\\/]/).pop()!;
  return loadPack(name, (file) => readFile(`${folder}/${file}`), size);
}

async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`the file "${path}" does not exist`);
    throw new Error(`the file "${path}" can't be read: ${(error as Error).message}`);
  }
}

/** Names of the packs in a folder (those with a manifest), sorted; none when the folder does not exist. */
export async function listPacks(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (await hasManifest(`${folder}/${name}`)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

/** Is there a pack in this folder? */
export async function hasManifest(folder: string): Promise<boolean> {
  return await Deno.stat(`${folder}/manifest.json`).then((info) => info.isFile, () => false);
}
