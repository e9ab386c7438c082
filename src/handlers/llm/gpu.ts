/** Which build of llama.cpp is loaded. */
import { join } from "node:path";
import { MODELS_PROGRAM } from "../../version.ts";

export const GPUS = ["cuda", "vulkan", "metal"] as const;
/** What computes; "false" is the processor. */
export type Gpu = typeof GPUS[number] | "false";
export type WantedGpu = Gpu | "auto";

/** The model of the catalog that holds a build; none for the builds that come with the program. */
export function buildOf(gpu: WantedGpu): string[] {
  return gpu === "cuda" || gpu === "vulkan" ? [`llama.cpp-${gpu}`] : [];
}

/** What `gpu: auto` means: a build that was fetched, or on an Apple computer the one that comes along. */
export async function presentGpu(modelRoot: string): Promise<Gpu> {
  if (Deno.build.os === "darwin" && Deno.build.arch === "aarch64") return "metal";
  for (const gpu of ["cuda", "vulkan"] as const) {
    const [build] = buildOf(gpu);
    const addon = join(modelRoot, build, "llama-addon.node");
    if (await Deno.stat(addon).then(({ isFile }) => isFile, () => false)) return gpu;
  }
  return "false";
}

/** Why a setting cannot work on this system at all; null when it might. */
export function impossible(gpu: WantedGpu, { os, arch } = Deno.build): string | null {
  if (gpu === "metal" && !(os === "darwin" && arch === "aarch64")) {
    return '"gpu: metal" is for Apple computers; the processor answers';
  }
  if ((gpu === "cuda" || gpu === "vulkan") && !(os === "linux" && arch === "x86_64")) {
    return `"gpu: ${gpu}" is for Linux on x86-64; the processor answers`;
  }
  return null;
}

/** The one command that brings a build. */
export const fetchCommand = (gpu: "cuda" | "vulkan") => `${MODELS_PROGRAM} fetch ${buildOf(gpu)[0]}`;
