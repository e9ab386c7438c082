import assert from "node:assert/strict";
import type { ReadFile } from "./examine.ts";
import { loadPack } from "./pack.ts";
import { listPacks, readPack } from "./packfolder.ts";

const root = new URL("../../static/avatars/", import.meta.url).pathname;
const read = (name: string) => Deno.readFile(`${root}jonas/${name}`);

/** Reads the real pack, but one file is changed on the way. */
function altered(
  file: string,
  change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): ReadFile {
  return async (name) => name === file ? change(await read(name)) : await read(name);
}
const edited = (change: (manifest: Record<string, unknown>) => void) =>
  altered("manifest.json", (bytes) => {
    const manifest = JSON.parse(new TextDecoder().decode(bytes));
    change(manifest);
    return new TextEncoder().encode(JSON.stringify(manifest));
  });
const refuses = (read: ReadFile, message: RegExp) =>
  assert.rejects(() => loadPack("jonas", read, 256), (error: Error) => {
    assert.match(error.message, /^Avatar pack "jonas": /);
    assert.match(error.message, message);
    assert.ok(!error.message.includes("\n"));
    return true;
  });

Deno.test("the packaged faces are there and can be read", async () => {
  assert.deepEqual(await listPacks(root), ["amara", "helena", "jonas", "kenji", "mira", "samir", "viktor"]);
  const pack = await readPack(`${root}mira`, 256);
  assert.equal(pack.name, "mira");
  assert.equal(pack.geometry.shapes.size, 52);
});

Deno.test("a file that was changed or cut off is never used", async () => {
  await refuses(
    altered("skin0.png", (bytes) => bytes.with(1000, bytes[1000] ^ 1)),
    /"skin0.png" has SHA-256/,
  );
  await refuses(
    altered("face.bin", (bytes) => bytes.slice(1)),
    /"face.bin" has \d+ bytes, expected \d+; copy the pack again/,
  );
});

Deno.test("a wrong manifest is named with the place", async () => {
  await refuses(altered("manifest.json", () => new TextEncoder().encode("{")), /manifest.json is not JSON/);
  await refuses(edited((m) => m.format = "talking-head-pack/3"), /"format"/);
  await refuses(edited((m) => m.camera = { cy: 1 }), /"camera\.dist"/);
  await refuses(edited((m) => (m.files as Record<string, unknown>)["../x.png"] = {}), /plain name/);
  await refuses(
    edited((m) => delete (m.files as Record<string, unknown>)["eye.png"]),
    /"eye.png" is missing/,
  );
  await refuses(
    edited((m) => {
      const { arrays } = m.geometry as { arrays: Record<string, unknown[]> };
      arrays.pos[1] = 1e7;
    }),
    /array "pos" lies outside/,
  );
});

Deno.test("a missing file is named", async () => {
  await assert.rejects(
    () => readPack(`${root}nobody`, 256),
    /^Error: Avatar pack "nobody": the file ".*manifest.json" does not exist$/,
  );
});
