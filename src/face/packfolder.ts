/** Avatar packs on the disk. Whatever a pack says, nothing outside its folder is read: links are refused, not followed. */
import { examine, type ReadFile } from "./examine.ts";
import { MANIFEST_BYTES } from "./limits.ts";
import { type Label, readLabel } from "./label.ts";
import { loadPack, type Pack } from "./pack.ts";

/**
 * Reads the pack in `folder`.
 *
 * @param size side of the video picture in pixels
 * @throws Error in one line that names the pack and the file
 */
export function readPack(folder: string, size: number): Promise<Pack> {
  return loadPack(nameOf(folder), readerOf(folder), size);
}

/** One line for each fault of the pack in `folder`; none when it can be used. */
export function packFaults(folder: string): Promise<string[]> {
  return Array.fromAsync(examine(readerOf(folder)));
}

/** What the pack in `folder` tells people. */
export async function readFolderLabel(folder: string): Promise<Label> {
  const manifest = await readPlain(`${folder}/manifest.json`, MANIFEST_BYTES).catch(() => new Uint8Array());
  return readLabel(new TextDecoder().decode(manifest), nameOf(folder));
}

function nameOf(folder: string): string {
  return folder.replace(/[\\/]+$/, "").split(/[\\/]/).pop()!;
}

function readerOf(folder: string): ReadFile {
  return (file, limit) => readPlain(`${folder}/${file}`, limit);
}

/**
 * Reads a file that is really there: not a link, a folder or a device.
 *
 * @param limit bytes at most; of a longer file no more is read than shows that it is longer
 * @throws Error in one line that names the file
 */
export async function readPlain(path: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const info = await Deno.lstat(path);
    if (!info.isFile) {
      throw new Error(info.isSymlink ? "it is a link; put the file itself there" : "it is no file");
    }
    using file = await Deno.open(path);
    bytes = await readUpTo(file, limit + 1, info.size);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`the file "${path}" does not exist`);
    throw new Error(`the file "${path}" can't be read: ${(error as Error).message}`);
  }
  if (bytes.length > limit) throw new Error(`the file "${path}" is longer than ${limit} bytes`);
  return bytes;
}

/** @param expected a guess of the length */
async function readUpTo(file: Deno.FsFile, most: number, expected: number): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(Math.min(most, expected + 1));
  let length = 0;
  while (length < buffer.length) {
    const read = await file.read(buffer.subarray(length));
    if (read === null) break;
    length += read;
  }
  return buffer.slice(0, length);
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
