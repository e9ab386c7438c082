/** A folder like another whose files are links to the same contents, instead of copies: models are large. */
import { join } from "node:path";

/** @param from absolute path */
export async function linkTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const source = join(from, name), target = join(to, name);
    if (isDirectory) await linkTree(source, target);
    else await Deno.link(source, target).catch(() => Deno.copyFile(source, target));
  }
}
