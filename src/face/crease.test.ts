import assert from "node:assert/strict";
import { creaseDrives, creasedTriangles, CREASES, FROWN, mixCrease } from "./crease.ts";
import { expressions } from "./expressions.ts";
import type { Pack } from "./pack.ts";
import { readPack } from "./packfolder.ts";
import { still, type Weights } from "./pose.ts";
import { createRenderer } from "./renderer.ts";
import { visemes } from "./visemes.ts";

const SIZE = 256;
const folder = new URL("../../static/avatars/jonas", import.meta.url).pathname;
const smile: Weights = {
  mouthSmileLeft: 0.6,
  mouthSmileRight: 0.6,
  cheekSquintLeft: 0.5,
  cheekSquintRight: 0.5,
};
const frown: Weights = { browDownLeft: 0.8, browDownRight: 0.8 };

Deno.test("speech and listening do not crease the face, expressions do", () => {
  const sum = (weights: Weights) => creaseDrives(weights).reduce((a, b) => a + b);
  for (const [name, weights] of Object.entries(visemes)) assert.equal(sum(weights), 0, name);
  assert.equal(sum(expressions.listen.weights), 0);
  const of = (name: "smile" | "laugh" | "surprise" | "sad" | "angry") =>
    creaseDrives(expressions[name].weights);
  assert.ok(of("smile")[0] > 0.7 && of("laugh")[1] > of("smile")[1]);
  assert.ok(Math.min(...of("surprise").slice(2, 5)) > 0.9);
  assert.ok(of("sad")[5] > 0.5 && of("sad")[4] > 0.8);
  assert.ok(of("angry")[7] > 0.9);
});

Deno.test("a small smile creases hardly, and no step is seen", () => {
  let before = 0;
  for (let weight = 0; weight <= 1; weight += 0.01) {
    const [now] = creaseDrives({ mouthSmileLeft: weight });
    assert.ok(now >= before && now - before < 0.03, `${weight}: ${before} to ${now}`);
    before = now;
  }
  assert.ok(creaseDrives({ mouthSmileLeft: 0.25 })[0] < 0.08);
});

Deno.test("a vertex creases by the sum of what it takes part in, at most wholly", () => {
  const crease = new Uint8Array(2 * CREASES), shares = new Float32Array([7, 7]);
  crease.set([255, 0, 0, 0, 255, 102, 0, 51]);
  crease.set([51], CREASES);
  const drives = [0.5, 1, 0, 0, 1, 0.5, 0, 1];
  assert.ok(mixCrease(crease, 2, drives, 0, FROWN, shares));
  assert.deepEqual([...shares], [1, Math.fround(0.1)]);
  assert.ok(mixCrease(crease, 2, drives, FROWN, CREASES, shares));
  assert.deepEqual([...shares], [Math.fround(0.4), 0]);
  assert.equal(mixCrease(crease, 2, [0, 0, 0, 0, 0, 1, 1, 1], 0, FROWN, shares), false);
  assert.deepEqual([...shares], [Math.fround(0.4), 0]);
});

Deno.test("triangles where no light changes are not drawn again", async () => {
  const { geometry } = await readPack(folder, SIZE), { skin, uv, corner } = geometry, side = 640;
  const crease = new Uint8Array(geometry.vertices * CREASES).fill(255);
  const picture = { width: side, height: side, pixels: new Uint32Array(side * side).fill(0xff808080) };
  const found = (shift: number, end = skin.length) =>
    creasedTriangles({ ...geometry, crease }, end, picture, shift);
  assert.equal(found(0).length, 0);
  const at = skin[3000];
  const texel = Math.floor(uv[2 * at + 1] * side) * side + Math.floor(uv[2 * at] * side);
  picture.pixels[texel] = 0xff808083;
  assert.equal(found(0).length, 0, "too small a change to be seen");
  picture.pixels[texel] = 0xff807080;
  assert.equal(found(0).length, 0);
  assert.ok(found(8).includes(at) && found(8).length < 60, `${found(8).length}`);
  assert.equal(found(8, 0).length, 0);
  const vertices = [...found(8)].map((c) => corner[c]);
  for (const v of vertices) crease.fill(0, v * CREASES + FROWN, (v + 1) * CREASES);
  assert.equal(found(8).length, 0);
});

/** The pack, all of whose skin gets half the light (a smile) or half as much more (a frown). */
function creasing(pack: Pack): Pack {
  const crease = new Uint8Array(pack.geometry.vertices * CREASES).fill(255);
  const pixels = new Uint32Array(16 * 16).fill(0xff80c040);
  const textures = { ...pack.textures, crease: { width: 16, height: 16, pixels } };
  return { ...pack, geometry: { ...pack.geometry, crease }, textures };
}

Deno.test("seen in the pixels, a smile and a frown take the light of the creases, and nothing else does", async () => {
  const pack = await readPack(folder, SIZE);
  const plain = createRenderer(pack, SIZE, null), creased = createRenderer(creasing(pack), SIZE, null);
  /** Median ratio of green over eyes, nose and cheeks, creased to plain. */
  const ratio = (weights: Weights) => {
    plain.render(weights, still);
    creased.render(weights, still);
    const ratios: number[] = [];
    for (let y = 100; y < 180; y++) {
      for (let o = y * SIZE + 90; o < y * SIZE + 166; o++) {
        ratios.push((creased.frame[o] >>> 8 & 255) / Math.max(1, plain.frame[o] >>> 8 & 255));
      }
    }
    return ratios.sort((a, b) => a - b)[ratios.length >> 1];
  };
  for (const weights of [{}, { jawOpen: 0.5, eyeBlinkLeft: 1 }, visemes.I]) {
    assert.equal(ratio(weights), 1);
    assert.deepEqual(creased.frame, plain.frame);
  }
  assert.ok(Math.abs(ratio({ ...smile, mouthSmileLeft: 1, mouthSmileRight: 1 }) - 0.5) < 0.02);
  assert.ok(ratio(frown) > 1.15);
});
