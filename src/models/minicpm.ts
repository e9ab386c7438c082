/** MiniCPM-o 2.6 on the hubs: the brain that Open Avatar Chat 0.1.0 was made with. */
import { SourceFailure } from "./failure.ts";
import type { Listed } from "./hub.ts";
import type { Repository } from "./repository.ts";
import type { Wanted } from "./snapshot.ts";

/** `full`: 16-bit weights, about 17 GB. `int4`: GPTQ with four bits, about a third. */
export type Variant = "full" | "int4";

/** Where the configuration expects each, below the models folder. */
export const FOLDERS: Readonly<Record<Variant, string>> = {
  full: "MiniCPM-o-2_6",
  int4: "MiniCPM-o-2_6-int4",
};

/** The GGUF nearest to each in size and quality. */
export const USUAL_GGUF: Readonly<Record<Variant, string>> = { full: "Q8_0", int4: "Q4_K_M" };

/** The command that brings what the built-in engine runs into this folder; null for other folders. */
export function bringer(folder: string): string | null {
  if (folder === FOLDERS.full) return "scripts/download_MiniCPM-o_2.6.sh --gguf";
  return folder === FOLDERS.int4 ? "scripts/download_MiniCPM-o_2.6-int4.sh --gguf" : null;
}

function hubs(name: string): Repository[] {
  return [
    { kind: "huggingface", repository: `openbmb/${name}`, revision: "main" },
    { kind: "modelscope", repository: `OpenBMB/${name}`, revision: "master" },
  ];
}

/** Everything that a serving engine needs. */
export function weights(variant: Variant): Wanted {
  return { sources: hubs(FOLDERS[variant]), pick: (files) => files };
}

/** The language model alone, for the built-in engine. `quantisation`: as the file is named, such as `Q4_K_M`. */
export function gguf(quantisation: string): Wanted {
  return { sources: hubs("MiniCPM-o-2_6-gguf"), pick: (files) => [onlyGguf(files, quantisation)] };
}

const MODEL = /^Model-[^/]*-([A-Z0-9_]+)\.gguf$/i;

function onlyGguf(files: readonly Listed[], quantisation: string): Listed {
  const kinds = new Map(files.map((file) => [MODEL.exec(file.path)?.[1].toUpperCase(), file]));
  const file = kinds.get(quantisation.toUpperCase());
  if (file) return file;
  const known = [...kinds.keys()].filter((kind) => kind !== undefined).sort();
  throw new SourceFailure(`there is no GGUF "${quantisation}", but ${known.join(", ") || "none at all"}`);
}
