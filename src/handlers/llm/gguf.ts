/** Finds the file of a language model below the models folder. */
import { isAbsolute, join } from "node:path";
import { MODELS_PROGRAM } from "../../version.ts";

const EXTENSION = ".gguf";

async function entries(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).sort((a, b) => a.name < b.name ? -1 : 1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/** What could be written as a model's name: files, and folders with one file. */
async function candidates(root: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await entries(root)) {
    if (!entry.isDirectory) {
      if (entry.name.endsWith(EXTENSION)) names.push(entry.name);
      continue;
    }
    const files = (await entries(join(root, entry.name))).filter(({ name }) => name.endsWith(EXTENSION));
    if (files.length === 1) names.push(entry.name);
    else names.push(...files.map(({ name }) => `${entry.name}/${name}`));
  }
  return names;
}

/**
 * The path of the GGUF file meant by `name`: a folder below `root` with exactly one `.gguf` in it, or a `.gguf` file
 * relative to `root` (or absolute).
 *
 * @throws {Error} naming what is there instead.
 */
export async function findGguf(root: string, name: string): Promise<string> {
  const path = isAbsolute(name) ? name : join(root, name);
  if (name.endsWith(EXTENSION) && await isFile(path)) return path;
  const files = (await entries(path)).filter((entry) => entry.name.endsWith(EXTENSION));
  if (files.length === 1) return join(path, files[0].name);
  if (files.length > 1) {
    const names = files.map((file) => `"${name}/${file.name}"`).join(", ");
    throw new Error(`The model "${name}" has several GGUF files; set "model_name" to one of ${names}`);
  }
  const there = (await candidates(root)).map((candidate) => `"${candidate}"`).join(", ");
  throw new Error(
    `There is no GGUF model "${name}" in "${root}" (${
      there ? `there is ${there}` : "there is none at all"
    }); ` +
      `set "model_name" to one that is there, or run "${MODELS_PROGRAM}" to see what can be fetched`,
  );
}
