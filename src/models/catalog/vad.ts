/** Models that hear whether somebody speaks. */
import { type CatalogModel, hubs } from "./model.ts";

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

export const vadModels: readonly CatalogModel[] = [silero];
