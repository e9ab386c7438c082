/** The program that fills pictures is the one that its sources make. */
import assert from "node:assert/strict";
import { buildProgram } from "../scripts/fill.ts";

Deno.test("fill: program.wasm is what its sources make", async () => {
  const kept = await Deno.readFile(new URL("../src/face/fill/program.wasm", import.meta.url));
  assert.ok(
    kept.toBase64() === (await buildProgram()).toBase64(),
    'It is stale: run "deno task fill" and commit src/face/fill/program.wasm.',
  );
});
