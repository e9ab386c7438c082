/** Names of avatar packs as settings spell them, and where they lie. */
import { fileURLToPath } from "node:url";
import { hasManifest, listPacks } from "../../face/packfolder.ts";

/** The original's name for its default avatar. */
const SAMPLE = "sample_data";
const SAMPLE_PACK = "jonas";
/** The packs that came with the program. */
const BUILT_IN = fileURLToPath(new URL("../../../static/avatars", import.meta.url));

/** The pack's folder name, which is also its name under `/avatars/` on the page: "sample_data" is "jonas". */
export function packName(avatarName: string): string {
  return avatarName === SAMPLE ? SAMPLE_PACK : avatarName;
}

/** Names of all packs there are: those that came with the program, then those beside the models. */
export async function allPacks(modelRoot: string): Promise<string[]> {
  return [...new Set([...await listPacks(BUILT_IN), ...await listPacks(modelRoot)])];
}

/**
 * Finds a pack among the built-in ones and in the models folder.
 *
 * @returns absolute path of its folder
 * @throws Error that lists the packs there are
 */
export async function findPack(
  avatarName: string,
  roots: { avatarRoot: string; modelRoot: string },
): Promise<string> {
  const name = packName(avatarName);
  for (const root of [roots.avatarRoot, roots.modelRoot]) {
    if (await hasManifest(`${root}/${name}`)) return `${root}/${name}`;
  }
  const known = [SAMPLE, ...await listPacks(roots.avatarRoot)];
  const list = known.map((other) => `"${other}"`).join(", ");
  throw new Error(`Tts2Face: there is no avatar pack "${avatarName}"; "avatar_name" may be one of ${list}`);
}
