/** Models that write down what is said. */
import type { CatalogModel } from "./model.ts";

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

/** sherpa-onnx's export of iic/SenseVoiceSmall of 2024-07-17. */
const senseVoice: CatalogModel = {
  name: "SenseVoiceSmall",
  licence: "FunASR Model Open Source License Agreement 1.1",
  files: [
    {
      name: "model.int8.onnx",
      size: 239233841,
      sha256: "c71f0ce00bec95b07744e116345e33d8cbbe08cef896382cf907bf4b51a2cd51",
    },
    {
      name: "tokens.txt",
      size: 315894,
      sha256: "f449eb28dc567533d7fa59be34e2abca8784f771850c78a47fb731a31429a1dc",
      gitBlob: "2cfc92fc2ff26aaa690b7c01fd96b41109413881",
    },
  ],
  sources: [
    {
      kind: "huggingface",
      repository: "csukuangfj/sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17",
      revision: "main",
      paths: { "model.int8.onnx": "model.int8.onnx", "tokens.txt": "tokens.txt" },
    },
    {
      kind: "modelscope",
      repository: "pengzhendong/sherpa-onnx-sense-voice-zh-en-ja-ko-yue",
      revision: "master",
      paths: { "model.int8.onnx": "model.int8.onnx", "tokens.txt": "tokens.txt" },
    },
  ],
};

export const asrModels: readonly CatalogModel[] = [moonshine, senseVoice];
