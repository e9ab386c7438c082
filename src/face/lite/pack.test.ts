import assert from "node:assert/strict";
import { openPack, openWeights, readReference, referenceName } from "./pack.ts";

const SYNTHETIC = new URL("../../../tests/synthetic_models/LiteAvatar/", import.meta.url).pathname;

/** A copy of the synthetic pack whose manifest was changed, or whose files were. */
async function withPack(
  change: (manifest: Record<string, unknown>, folder: string) => void | Promise<void>,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for await (const { name } of Deno.readDir(`${SYNTHETIC}synthetic/nobody`)) {
      await Deno.copyFile(`${SYNTHETIC}synthetic/nobody/${name}`, `${folder}/${name}`);
    }
    const manifest = JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`));
    await change(manifest, folder);
    await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest));
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("lite pack: manifest and files of pack and weights are read", async () => {
  const { manifest, read } = await openPack(`${SYNTHETIC}synthetic/nobody`);
  assert.deepEqual([manifest.width, manifest.height, manifest.pictures], [360, 640, 6]);
  const planes = await readReference(await read(referenceName(0)));
  assert.equal(planes.length, 3 * 384 * 384);
  assert.ok(planes.every((value) => value >= -1 && value <= 1));
  const weights = await openWeights(`${SYNTHETIC}weights`);
  assert.equal((await weights.read("mouth.onnx")).length, weights.manifest.files["mouth.onnx"].bytes);
});

type Manifest = {
  format: string;
  ends: number[];
  box: Record<string, number | null>;
  neutral: number[];
  files: Record<string, { sha256: string; bytes: number }>;
};
const BAD: [string, (manifest: Manifest) => void, RegExp][] = [
  ["another format", (m) => m.format = "x", /manifest\.json, "format"/],
  [
    "a file outside",
    (m) => m.files["../x.png"] = { sha256: "0".repeat(64), bytes: 1 },
    /"files\.\.\.\/x\.png"/,
  ],
  ["no decoder", (m) => delete m.files["net_decode.onnx"], /"net_decode\.onnx" is missing in manifest\.json/],
  ["no reference", (m) => delete m.files["ref_00003.png"], /"ref_00003\.png" is missing in manifest\.json/],
  ["ends that fall", (m) => m.ends.reverse(), /"ends": Expected 12 rising numbers/],
  ["ends beyond the file", (m) => m.ends[11]++, /"ends": Expected 12 rising numbers/],
  ["a box of nothing", (m) => m.box.left = null, /"box\.left"/],
  ["a short mouth", (m) => m.neutral.pop(), /"neutral"/],
  ["a huge file", (m) => m.files["ref_00000.png"].bytes = 2e9, /"files\.ref_00000\.png\.bytes"/],
];
for (const [what, change, message] of BAD) {
  Deno.test(`lite pack: ${what} is refused in one line`, async () => {
    await withPack((manifest) => change(manifest as unknown as Manifest), async (folder) => {
      await assert.rejects(() => openPack(folder), (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(`LiteAvatar in "${folder}": `) && !error.message.includes("\n"));
        return true;
      });
    });
  });
}

Deno.test("lite pack: files that are missing, of another size or content are refused when they are read", async () => {
  const change = async (_: unknown, folder: string) => {
    await Deno.remove(`${folder}/ref_00000.png`);
    await Deno.writeTextFile(`${folder}/ref_00001.png`, "x");
    const picture = await Deno.readFile(`${folder}/ref_00002.png`);
    picture[100] ^= 1;
    await Deno.writeFile(`${folder}/ref_00002.png`, picture);
  };
  await withPack(change, async (folder) => {
    const { read } = await openPack(folder);
    await assert.rejects(() => read("ref_00000.png"), /"ref_00000\.png" does not exist/);
    await assert.rejects(() => read("ref_00001.png"), /"ref_00001\.png" has 1 bytes, expected \d+/);
    await assert.rejects(() => read("ref_00002.png"), /"ref_00002\.png" has SHA-256 \w+, expected \w+/);
  });
});
