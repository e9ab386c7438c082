import assert from "node:assert/strict";
import { createLoudness } from "./loudness.ts";

const sine = (dbfs: number) =>
  Float32Array.from({ length: 320 }, (_, n) => Math.SQRT2 * 10 ** (dbfs / 20) * Math.sin(n * Math.PI / 16));

Deno.test("loudness is that of the loudest piece since the last time, between soft and loud", () => {
  const loudness = createLoudness();
  assert.equal(loudness.take(), 0);
  loudness.push(sine(-35));
  loudness.push(sine(-48));
  assert.equal(loudness.take(), 0.5);
  assert.equal(loudness.take(), 0);
  for (const [dbfs, level] of [[-60, 0], [-50, 0], [-20, 1], [-6, 1]]) {
    loudness.push(sine(dbfs));
    assert.equal(loudness.take(), level, `${dbfs} dBFS`);
  }
});
