import assert from "node:assert/strict";
import { openModel } from "./onnx.ts";

const silero = `${import.meta.dirname}/../../models/silero-vad-v5/silero_vad_v5.onnx`;

Deno.test("a model runs, whether opened by path or by contents", async () => {
  const bytes = await Deno.readFile(silero);
  for (const source of [silero, bytes]) {
    await using model = await openModel(source);
    assert.deepEqual([...model.inputs].sort(), ["input", "sr", "state"]);
    const { Tensor } = model;
    const results = await model.run({
      input: new Tensor("float32", new Float32Array(576), [1, 576]),
      state: new Tensor("float32", new Float32Array(256), [2, 1, 128]),
      sr: new Tensor("int64", BigInt64Array.of(16_000n), []),
    }, ["output"]);
    assert.deepEqual(Object.keys(results), ["output"]);
    assert.ok((results.output.data as Float32Array)[0] < 0.5);
  }
});

Deno.test("what is no model is named", async () => {
  await assert.rejects(openModel(new Uint8Array(8)), /Cannot load the ONNX model from 8 bytes/);
  const path = `${import.meta.dirname}/onnx.ts`;
  await assert.rejects(openModel(path), /Cannot load the ONNX model from ".*onnx\.ts"/);
});
