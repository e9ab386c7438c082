/**
 * llama.cpp for graphics cards, from the packages of node-llama-cpp 3.21.1. They are no dependencies, because few have a
 * use for their 180 and 80 MB, and lie beside the models, because like them they are large, checked at every start, and
 * may be loaded by the worker of `LLM_Llama` alone.
 */
import type { CatalogModel, ModelFile } from "./model.ts";

/** Name, bytes, sha256. */
type Row = readonly [string, number, string];

const filesOf = (rows: readonly Row[]): ModelFile[] =>
  rows.map(([name, size, sha256]) => ({ name, size, sha256 }));

/** The part for the processor, a variant for each generation; the same in both builds. */
const PROCESSOR: readonly Row[] = [
  ["libggml-base.so", 919744, "1eba024559799447e34687e12b6794e79ad3768a1b3d2cbca9fadc829f0f85c7"],
  ["libggml-cpu-alderlake.so", 1195784, "9855c4a776fe65b907eb3a2552f69d49bad692f9bd09709d0ee09773f3ed1cd9"],
  ["libggml-cpu-cannonlake.so", 1336672, "3e6b749e7f49d4a713a92156d25d7678163d46e8083ac63535c9499611fb2516"],
  ["libggml-cpu-cascadelake.so", 1332576, "a1ebbca4d2eef11b8e4b57e43b7a431bddb7e0a28a1c50b7183d053a69d60c81"],
  ["libggml-cpu-cooperlake.so", 1332640, "34f03e1df8c7076cff77e4512f8e6a6e2b613a779ef6560b58eaf65f8721e695"],
  ["libggml-cpu-haswell.so", 1199880, "e515aa4e0ea19c7bca544536db03b17ca6ad4ee24d8bf5dd9ea6f9c18bb9e135"],
  ["libggml-cpu-icelake.so", 1332576, "3e083fe7d5eaef3f2426b80aa50639484ce8b0ade2b9f8d16fc1321456761b91"],
  ["libggml-cpu-ivybridge.so", 1153376, "4d3f861530b860f39e7a4856d42ae9134def255ef201078f890ae75e1b27cbfe"],
  ["libggml-cpu-piledriver.so", 1149280, "d23438b7bcc20dd0fc25ad82feb2bd9bc354cbd225a1c1ec6009d8ec142faaaa"],
  ["libggml-cpu-sandybridge.so", 1144064, "486aa8a2c058387f0019e00931175d0b1b0a3b023cae3604427442506b3231ac"],
  [
    "libggml-cpu-sapphirerapids.so",
    1637104,
    "1a9d8718e725c19bd2e9a2c58286c2164572a00eff397cc3a746c76e7e2fe364",
  ],
  ["libggml-cpu-skylakex.so", 1336672, "74d65c3926a1914588332d9bc7583f8a29666ff06ee34605604d2759b65f03f8"],
  ["libggml-cpu-sse42.so", 948968, "dc2ad4e366258cb8e94ab5923c0febcba81136a1b6a91ae08d8382764459bb2e"],
  ["libggml-cpu-x64.so", 940944, "bd2de057baaf343ec9fdabf2623de97f1f29aff7a8bd6e9b25f291f8af699bd0"],
  ["libggml-cpu-zen4.so", 1332640, "d101750f42c2ebc68ec4423645c7f167c6b84834743776f2074297a146924699"],
];

const CUDA: readonly Row[] = [
  ["_nlcBuildMetadata.json", 218, "758212e52cf1d24f94f3fe2946de4f1714fd4355492887495ba9c34a5f1abe25"],
  ["libggml-cuda.so", 159113272, "b44c49ee361064e04c6da297bd820931ee3f0b580c78f19d3b548c2b89a5972c"],
  ["libggml.cuda.v0.4.0.so", 55184, "4885d99fb8f88ab5e00edc7beab380c9554753be7874b89b91073312c93bed96"],
  ["libllama-common.so", 5939832, "42246b682082026990e2c7a5ed18ce9857d3ac37db3c8ac85cbe9f941d43a6fc"],
  ["libllama.cuda.v0.4.0.so", 4564112, "7240f12677b9af784d06b45b42ef30d039737d5ee4e1c6aaf2d2bb55a84da31d"],
  ["llama-addon.node", 725704, "e4af3697b78a9c3e2e07c2275a961498c12b1e43bbd3b4bc8cd755e025d862a8"],
];

const VULKAN: readonly Row[] = [
  ["_nlcBuildMetadata.json", 220, "ff074ecd9b6dd49d6ddd192c458f41d62a0ecd5c1be354d152670bc972898d1e"],
  ["libggml-vulkan.so", 54766816, "39f178967f6079980b41049fe2c1fab774e86fa90087390bf694bb7e6e0215a3"],
  ["libggml.vulkan.v0.4.0.so", 55184, "28497d4cc4cab8f5d06e3ef94033974b068b3e6ea6543d1cbe7dcb762b3b065b"],
  ["libllama-common.so", 5939832, "34f3b832c0e7ce35435bf787fad0d7a4f9ff00435d0a9c29f3065b85043160b4"],
  ["libllama.vulkan.v0.4.0.so", 4564112, "34ada246dfb2e78dc29f4599b92b032385eabe1e7ee539f095631aa3dac90072"],
  ["llama-addon.node", 861608, "1373f12b7131245e5658c216a749340a9757d68456340ce046f3d21c5ecfa72a"],
];

/** `bin`: where the files lie in the package. */
function build(
  name: string,
  rows: readonly Row[],
  { bin, ...from }: { package: string; size: number; bin: string },
): CatalogModel {
  const paths = Object.fromEntries(rows.map(([name]) => [name, `package/bins/${bin}/${name}`]));
  return {
    name,
    licence: "MIT",
    onRequest: true,
    files: filesOf(rows),
    sources: [{ kind: "npm", ...from, paths }],
  };
}

export const gpuBuilds: readonly CatalogModel[] = [
  build("llama.cpp-cuda", [...PROCESSOR, ...CUDA], {
    package: "@node-llama-cpp/linux-x64-cuda@3.21.1",
    size: 142850036,
    bin: "linux-x64-cuda",
  }),
  build("llama.cpp-vulkan", [...PROCESSOR, ...VULKAN], {
    package: "@node-llama-cpp/linux-x64-vulkan@3.21.1",
    size: 27476121,
    bin: "linux-x64-vulkan",
  }),
];
