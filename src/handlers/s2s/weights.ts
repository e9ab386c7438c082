/** Which files of MiniCPM-o's folder the local engine loads. */
import { join } from "node:path";
import { bringer, FOLDERS, USUAL_GGUF } from "../../models/minicpm.ts";

export interface Weights {
  /** The language model, relative to the models folder. */
  model: string;
  /** Absolute path of the image part; null where there is none. */
  projector: string | null;
}

const isProjector = (name: string) => /^mmproj/i.test(name);

async function ggufs(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name).filter((name) => name.endsWith(".gguf")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

/**
 * The only GGUF in the folder; among several the one nearest to the original's weights, Q4_K_M for int4 and Q8_0 for the
 * others.
 * @param name the folder's name below `root`.
 * @throws {Error} naming what is there instead, and what brings it.
 */
export async function findWeights(root: string, name: string): Promise<Weights> {
  const files = await ggufs(join(root, name));
  const models = files.filter((file) => !isProjector(file));
  const projector = files.find(isProjector);
  const variant = name.endsWith("-int4") ? "int4" : "full";
  const usual = models.find((file) => file.toUpperCase().includes(USUAL_GGUF[variant]));
  const model = models.length === 1 ? models[0] : usual;
  if (model) return { model: `${name}/${model}`, projector: projector ? join(root, name, projector) : null };
  const there = models.length > 0 ? `several GGUF files (${models.join(", ")})` : "no GGUF file";
  throw new Error(
    `S2S_MiniCPM: "${join(root, name)}" has ${there}. Run: ${bringer(FOLDERS[variant])}` +
      (models.length > 0 ? `, or keep one: ${USUAL_GGUF[variant]} is expected among several` : ""),
  );
}
