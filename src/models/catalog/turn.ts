/** Models that judge whether somebody has finished. */
import { type CatalogModel, hubs } from "./model.ts";

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

export const turnModels: readonly CatalogModel[] = [smartTurn];
