import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { CatalogModel, ModelFile } from "./catalog/model.ts";
import { fetchModels } from "./fetch.ts";
import { readGguf, writeGguf } from "./gguf.ts";
import { requantize, toQ4_K, toQ8_0 } from "./requantize.ts";

/** A Q4_1 block whose quants are 0, 1, … 15, 0, 1, … 15. */
function block(scale: number, least: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setFloat16(0, scale, true);
  view.setFloat16(2, least, true);
  for (let i = 0; i < 16; i++) bytes[4 + i] = i | i << 4;
  return bytes;
}

Deno.test("requantize: a Q8_0 block holds what the Q4_1 block held", () => {
  const out = new Uint8Array(34);
  toQ8_0(block(1, -8), out);
  const scale = new DataView(out.buffer).getFloat16(0, true);
  assert.equal(scale, Math.f16round(8 / 127));
  const quants = new Int8Array(out.buffer, 2);
  assert.deepEqual([...quants.slice(0, 5)], [-127, -111, -95, -79, -64]);
  assert.deepEqual(quants.slice(0, 16), quants.slice(16));
  assert.equal(quants[8], 0);
  toQ8_0(block(0, 0), out);
  assert.deepEqual(out, new Uint8Array(34));
});

Deno.test("requantize: eight blocks become one of Q4_K, with scales and drops in six bits", () => {
  const out = new Uint8Array(144);
  const blocks = new Uint8Array(160);
  // The largest scale and drop are 63, so that both units are 1 and nothing is rounded.
  for (let part = 0; part < 8; part++) blocks.set(block(63, -63), part * 20);
  blocks.set(block(17, -34), 5 * 20);
  toQ4_K(blocks, out);
  const view = new DataView(out.buffer);
  assert.equal(view.getFloat16(0, true), 1);
  assert.equal(view.getFloat16(2, true), 1);
  // The first four: low six bits whole, in the two upper bits those of the fifth to eighth.
  assert.deepEqual([...out.slice(4, 8)], [0xff, 0x3f | 0x40, 0xff, 0xff]);
  assert.deepEqual([...out.slice(8, 12)], [0xff, 0x3f | 0x80, 0xff, 0xff]);
  assert.deepEqual([...out.slice(12, 16)], [0xff, 0x21, 0xff, 0xff]);
  const quants = Array.from({ length: 16 }, (_, i) => i | i << 4);
  assert.deepEqual([...out.slice(16, 48)], [...quants, ...quants]);
  toQ4_K(new Uint8Array(160), out);
  assert.deepEqual(out, new Uint8Array(144));
});

/** A file with one matrix of Q4_1 in rows of 256, one in rows of 32, and a vector. */
function gguf(): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(24 + 8 + 1 + 4 + 8 + 3);
  const view = new DataView(header.buffer);
  [0x46554747, 3, 3, 0, 1, 0, 1].forEach((value, i) => view.setUint32(4 * i, value, true));
  // One setting: "k" is the string "abc".
  header.set([107, 8, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 97, 98, 99], 32);
  const rows = (count: number) => {
    const data = new Uint8Array(count * 20);
    for (let i = 0; i < count; i++) data.set(block(1, -8), 20 * i);
    return data;
  };
  return writeGguf(header, [
    { name: "long", shape: [256, 2], type: 3, data: rows(16) },
    { name: "short", shape: [32, 3], type: 3, data: rows(3) },
    { name: "vector", shape: [3], type: 0, data: new Uint8Array(12).fill(7) },
  ]);
}
const BYTES: Record<number, number> = { 0: 4, 8: 34 / 32, 12: 144 / 256 };
const contents = (file: Uint8Array) => readGguf(file, (type, values) => values * BYTES[type]);

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("requantize: long rows become Q4_K, short ones Q8_0, the rest of the file stays", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/in`, gguf());
    await requantize(`${folder}/in`, `${folder}/out`);
    const { header, tensors } = contents(await Deno.readFile(`${folder}/out`));
    assert.deepEqual(header, gguf().subarray(0, header.length));
    assert.deepEqual(
      tensors.map(({ name, shape, type, data }) => [name, shape, type, data.length]),
      [["long", [256, 2], 12, 288], ["short", [32, 3], 8, 102], ["vector", [3], 0, 12]],
    );
    assert.deepEqual(tensors[2].data, new Uint8Array(12).fill(7));
    await Deno.writeFile(`${folder}/in`, new Uint8Array(64));
    await assert.rejects(requantize(`${folder}/in`, `${folder}/out`), /no GGUF file of version 3/);
  });
});

Deno.test("requantize: a models folder that has only the original gets the file made, without a source", async () => {
  await inFolder(async (folder) => {
    const file = (name: string, content: Uint8Array, madeFrom?: ModelFile): ModelFile => ({
      name,
      size: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      madeFrom,
    });
    await Deno.mkdir(`${folder}/toy`);
    await Deno.writeFile(`${folder}/toy/a.gguf`, gguf());
    await requantize(`${folder}/toy/a.gguf`, `${folder}/made`);
    const made = file("b.gguf", await Deno.readFile(`${folder}/made`), file("a.gguf", gguf()));
    const toy: CatalogModel = { name: "toy", licence: "MIT", files: [made], sources: [] };
    await fetchModels([toy], folder);
    const names = await Array.fromAsync(Deno.readDir(`${folder}/toy`), ({ name }) => name);
    assert.deepEqual(names, ["b.gguf"]);
    await Deno.writeFile(`${folder}/toy/b.gguf`, new Uint8Array(3));
    await assert.rejects(fetchModels([toy], folder), /Model "toy" could not be fetched/);
  });
});
