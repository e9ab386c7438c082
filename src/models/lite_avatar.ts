/** LiteAvatar on ModelScope: weights for all avatars, and the gallery of avatars that Open Avatar Chat came with. */
import { SourceFailure } from "./failure.ts";
import type { Listed } from "./hub.ts";
import type { Repository } from "./repository.ts";
import type { Wanted } from "./snapshot.ts";

const GALLERY: Repository = {
  kind: "modelscope",
  repository: "HumanAIGC-Engineering/LiteAvatarGallery",
  revision: "master",
};
const PARAFORMER: Repository = {
  kind: "modelscope",
  repository: "iic/speech_paraformer-large_asr_nat-zh-cn-16k-common-vocab8404-pytorch",
  revision: "master",
};
/** Where the gallery keeps the weights. */
const FOLDER = "lite_avatar_weights";

/** Something to fetch, and where below the models folder it goes. */
export interface Part {
  folder: string;
  wanted: Wanted;
}

/** What was fetched lies here; the converter reads it. */
export const ORIGINAL = "LiteAvatar/original";
export const ORIGINAL_WEIGHTS = `${ORIGINAL}/${FOLDER}`;

function named(source: Repository, paths: readonly string[]): Wanted {
  const pick = (files: readonly Listed[]) =>
    paths.map((path) => {
      const file = files.find((each) => each.path === path);
      if (!file) throw new SourceFailure(`"${source.repository}" has no "${path}"`);
      return file;
    });
  return { sources: [source], pick };
}

/** Mouth net, speech net, and the constants of the speech net's input. */
export function weightParts(): Part[] {
  return [
    { folder: ORIGINAL, wanted: named(GALLERY, [`${FOLDER}/model_1.onnx`, `${FOLDER}/model.pb`]) },
    { folder: ORIGINAL_WEIGHTS, wanted: named(PARAFORMER, ["am.mvn"]) },
  ];
}

/** Avatars by the gallery's names, such as "20250408/P1lXrpJL507-PZ4hMPutyF7A". */
export function avatarPart(names: readonly string[]): Part {
  return { folder: ORIGINAL, wanted: named(GALLERY, names.map((name) => `${name}.zip`)) };
}

/** The command that brings what a LiteAvatar needs into this folder; null for other folders. */
export function liteBringer(folder: string): string | null {
  const [root, ...inner] = folder.split("/");
  if (root !== "LiteAvatar") return null;
  const avatar = inner.length > 1 ? ` ${inner.join("/")}` : "";
  return `scripts/download_lite_avatar.sh${avatar}, and then what it prints`;
}
