/** Writes down in a pack's manifest which files lie in its folder now, and what its maker says of it. */
import { FILE_BYTES, MANIFEST_BYTES } from "./limits.ts";
import { PACK_FORMAT } from "./manifest.ts";
import { readPlain } from "./packfolder.ts";

const FILE = /^[a-z0-9_]+\.(png|bin|jpg|webm|mp4)$/;

/**
 * Brings `manifest.json` up to date: format, size and SHA-256 of every file of the folder, and `words` (keys of the
 * manifest, such as `title` or `voices`) in the place of what it said. Nothing is checked; that is `packFaults`' business.
 *
 * @throws Error in one line when a file can't be read or the manifest is not JSON
 */
export async function sealPack(folder: string, words: Record<string, unknown> = {}): Promise<void> {
  const path = `${folder}/manifest.json`;
  const manifest = JSON.parse(new TextDecoder().decode(await readPlain(path, MANIFEST_BYTES)));
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (FILE.test(name)) names.push(name);
  const files: Record<string, { sha256: string; bytes: number }> = {};
  for (const name of names.sort()) {
    const bytes = await readPlain(`${folder}/${name}`, FILE_BYTES);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    files[name] = { sha256: new Uint8Array(digest).toHex(), bytes: bytes.length };
  }
  const { bytes: _, ...kept } = manifest;
  await Deno.writeTextFile(path, JSON.stringify({ ...kept, ...words, format: PACK_FORMAT, files }));
}
