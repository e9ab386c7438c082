/** The models that are known; each kind has a file of its own in `catalog/`. */
import { asrModels } from "./catalog/asr.ts";
import { gpuBuilds } from "./catalog/gpu.ts";
import { llmModels } from "./catalog/llm.ts";
import type { CatalogModel } from "./catalog/model.ts";
import { sight } from "./catalog/sight.ts";
import { ttsModels } from "./catalog/tts.ts";
import { turnModels } from "./catalog/turn.ts";
import { vadModels } from "./catalog/vad.ts";

/** By name. */
export const catalog: Readonly<Record<string, CatalogModel>> = Object.fromEntries(
  [...vadModels, ...asrModels, ...turnModels, ...llmModels, ...gpuBuilds, sight, ...ttsModels].map((
    model,
  ) => [model.name, model]),
);

/** The model that a name in the configuration means: its own name, or one of its files as `<name>/<file>`. */
export function knownModel(
  name: string,
  known: Readonly<Record<string, CatalogModel>> = catalog,
): CatalogModel | undefined {
  const [folder, file] = name.split("/", 2);
  if (!Object.hasOwn(known, folder)) return undefined;
  const model = known[folder];
  const own = name === folder ||
    (name === `${folder}/${file}` && model.files.some((entry) => entry.name === file));
  return own ? model : undefined;
}
