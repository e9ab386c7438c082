/** The program that fills pictures is the one that its sources make. */
import assert from "node:assert/strict";
import { buildProgram } from "../scripts/fill.ts";
import { binary } from "../src/face/fill/binary.ts";

Deno.test("fill: the binary is what its sources make", async () => {
  assert.ok(
    binary === (await buildProgram()).toBase64(),
    'It is stale: run "deno task fill" and commit src/face/fill/binary.ts.',
  );
});
