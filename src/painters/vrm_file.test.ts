import assert from "node:assert/strict";
import { type SyntheticVrm, syntheticVrm } from "../../tests/synthetic_vrm.ts";
import { checkVrm } from "./vrm_file.ts";

const made = (change?: SyntheticVrm["change"]) => syntheticVrm({ version: "1.0", change }).buffer;

Deno.test("vrm file: both versions pass", () => {
  for (const version of ["0.0", "1.0"] as const) checkVrm(syntheticVrm({ version }).buffer);
});

Deno.test("vrm file: what is no VRM, damaged, or points elsewhere is refused in one line", () => {
  const good = made();
  const cases: [ArrayBuffer, RegExp][] = [
    [new ArrayBuffer(0), /binary glTF is expected/],
    [new TextEncoder().encode("not a model, but a text of some length").buffer, /binary glTF is expected/],
    [good.slice(0, good.byteLength - 100), /cut off/],
    [good.slice(0, 60), /cut off/],
    [made((gltf) => delete gltf.extensions), /no VRM/],
    [made((gltf) => gltf.asset.version = "1.0"), /no glTF 2\.0/],
    [made((gltf) => gltf.images[0] = { uri: "https://example.org/skin.png" }), /images lie in other files/],
    [made((gltf) => gltf.buffers.push({ uri: "more.bin", byteLength: 4 })), /buffers lie in other files/],
    [made((gltf) => gltf.accessors[0].count = 2 ** 31), /numbers, \d+ are allowed/],
    [made((gltf) => gltf.accessors[0].count = -1), /no valid count/],
    [made((gltf) => gltf.nodes = Array(30_000).fill({})), /30000 nodes/],
    [made((gltf) => gltf.nodes[0].children = [0]), /two others|circle/],
    [made((gltf) => gltf.nodes.push({ children: [gltf.nodes.length] })), /circle/],
    [made((gltf) => gltf.accessors = 7), /"accessors" are no list/],
  ];
  const broken = made();
  new Uint8Array(broken)[20] = 0x7d;
  cases.push([broken, /JSON is damaged/]);
  for (const [file, expected] of cases) {
    assert.throws(
      () => checkVrm(file),
      (error: Error) => expected.test(error.message) && !error.message.includes("\n"),
    );
  }
});
