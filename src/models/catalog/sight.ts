/** A build of llama.cpp that also runs a model's image part, for the processor (github.com/mybigday/llama.node). */
import type { CatalogModel } from "./model.ts";

/**
 * The addon alone: the package that wraps it brings builds for CUDA, Vulkan and WebAssembly along, 295 MB. Only Linux on
 * x86-64.
 */
export const sight: CatalogModel = {
  name: "llama.cpp-vision",
  licence: "MIT",
  onRequest: true,
  files: [{
    name: "index.node",
    size: 10412544,
    sha256: "b7f7f6382f5e6c2ada181e14a3359b069658f3e5e640b52c68c0c13047b5259b",
  }],
  sources: [{
    kind: "npm",
    package: "@fugood/node-llama-linux-x64@1.7.15",
    size: 4140914,
    paths: { "index.node": "package/index.node" },
  }],
};
