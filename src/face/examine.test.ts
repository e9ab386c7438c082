/** Packs from outside: each fault is one line, and nothing outside the pack is ever read. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "npm:fast-check@4.10.2";
import { examine, type ReadFile } from "./examine.ts";
import { geometryFaults, readGeometry } from "./geometry.ts";
import { FILE_BYTES, PIXELS } from "./limits.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { packFaults, readPack, readPlain } from "./packfolder.ts";
import { decodePng } from "./png.ts";
import { sealPack } from "./seal.ts";

const jonas = new URL("../../static/avatars/jonas", import.meta.url).pathname;
const { geometry: { nv, arrays: sizes } } = JSON.parse(await Deno.readTextFile(`${jonas}/manifest.json`));

/** A copy of a good pack in a folder of its own, for `spoil` to damage. @returns its faults */
async function faultsAfter(
  spoil: (folder: string) => Promise<unknown> | unknown,
  seal = true,
): Promise<string[]> {
  const root = await Deno.makeTempDir(), folder = join(root, "pack");
  try {
    await Deno.mkdir(folder);
    for await (const { name } of Deno.readDir(jonas)) {
      await Deno.copyFile(join(jonas, name), join(folder, name));
    }
    await spoil(folder);
    if (seal) await sealPack(folder);
    const faults = await packFaults(folder);
    assert.ok(faults.every((line) => !line.includes("\n")));
    // Whatever the validator reports first is what loading refuses.
    const loaded = await readPack(folder, 256).then(() => null, (error) => error.message);
    assert.equal(loaded, faults.length > 0 ? `Avatar pack "pack": ${faults[0]}` : null);
    return faults.map((line) => line.replaceAll(root, ""));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const edit = (change: (manifest: Record<string, never>) => void) => async (folder: string) => {
  const path = join(folder, "manifest.json"), manifest = JSON.parse(await Deno.readTextFile(path));
  change(manifest);
  await Deno.writeTextFile(path, JSON.stringify(manifest));
};
const editManifest = (change: Parameters<typeof edit>[0]) => faultsAfter(edit(change), false);

/** A PNG of one colour whose header says `width` × `height`, with `bytes` zeros in it. */
async function png(width: number, height: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const zeros = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(zeros).arrayBuffer()),
    header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint32(8, 0x08000000);
  const chunk = (tag: string, body: Uint8Array) => {
    const out = new Uint8Array(12 + body.length);
    new DataView(out.buffer).setUint32(0, body.length);
    out.set(new TextEncoder().encode(tag), 4);
    out.set(body, 8);
    return out;
  };
  const parts = [chunk("IHDR", new Uint8Array(header.buffer)), chunk("IDAT", data)];
  return new Uint8Array(
    await new Blob([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...parts]).arrayBuffer(),
  );
}
const withPicture = (width: number, height: number, bytes: number) =>
  faultsAfter(async (folder) => Deno.writeFile(join(folder, "eye.png"), await png(width, height, bytes)));

/** Writes numbers over an array of `face.bin`. */
const overwrite = (array: string, at: number, value: number) =>
  faultsAfter(async (folder) => {
    const path = join(folder, "face.bin"), view = new DataView((await Deno.readFile(path)).buffer);
    const { geometry } = JSON.parse(await Deno.readTextFile(join(folder, "manifest.json")));
    const [offset, , type] = geometry.arrays[array];
    if (type === "float32") view.setFloat32(offset + 4 * at, value, true);
    else view.setUint16(offset + 2 * at, value, true);
    await Deno.writeFile(path, new Uint8Array(view.buffer));
  });

Deno.test("a good pack has no faults, a missing file and a wrong hash are named", async () => {
  assert.deepEqual(await faultsAfter(() => {}), []);
  assert.deepEqual(await faultsAfter((folder) => Deno.remove(join(folder, "eye.png")), false), [
    'the file "/pack/eye.png" does not exist',
  ]);
  assert.deepEqual(await faultsAfter((folder) => Deno.remove(join(folder, "eye.png"))), [
    'the file "eye.png" is missing in manifest.json',
  ]);
  const [fault] = await faultsAfter(async (folder) => {
    const file = await Deno.readFile(join(folder, "lash.png"));
    await Deno.writeFile(join(folder, "lash.png"), file.with(99, file[99] ^ 1));
  }, false);
  assert.match(fault, /^"lash.png" has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}; copy the pack again$/);
});

Deno.test("every fault is named, not only the first", async () => {
  const faults = await editManifest((m) => Object.assign(m, { grid: 0, room: "cellar", licence: "" }));
  assert.deepEqual(faults.map((line) => line.split(":")[0]), [
    'manifest.json, "licence"',
    'manifest.json, "room"',
    'manifest.json, "grid"',
  ]);
});

Deno.test("nothing outside the folder is read: no paths in names, no links", async () => {
  for (const name of ["../secret.png", "/etc/passwd", "a/b.png", "..", "C:\\x.png", "a\0.png", "x.png/"]) {
    const asked: string[] = [];
    const manifest = JSON.parse(await Deno.readTextFile(`${jonas}/manifest.json`));
    manifest.files = { [name]: { sha256: "0".repeat(64), bytes: 1 } };
    const read: ReadFile = (file) => {
      asked.push(file);
      return Promise.resolve(new TextEncoder().encode(JSON.stringify(manifest)));
    };
    const [fault] = await Array.fromAsync(examine(read));
    assert.match(fault, /Expected a plain name/, name);
    assert.deepEqual(asked, ["manifest.json"]);
  }
  const linked = await faultsAfter(async (folder) => {
    await Deno.remove(join(folder, "eye.png"));
    await Deno.symlink(join(jonas, "eye.png"), join(folder, "eye.png"));
  }, false);
  assert.deepEqual(linked, [
    'the file "/pack/eye.png" can\'t be read: it is a link; put the file itself there',
  ]);
  const folder = await faultsAfter(async (folder) => {
    await Deno.remove(join(folder, "eye.png"));
    await Deno.mkdir(join(folder, "eye.png"));
  }, false);
  assert.deepEqual(folder, ['the file "/pack/eye.png" can\'t be read: it is no file']);
});

Deno.test("any name that a manifest is allowed to give stays in the folder", () => {
  const manifest = (name: string) =>
    readManifest(JSON.stringify({ files: { [name]: { sha256: "0".repeat(64), bytes: 1 } } })) as {
      faults: string[];
    };
  const allowed = (name: string) => !manifest(name).faults.some((line) => line.includes('"files'));
  assert.ok(allowed("eye.png"));
  fc.assert(fc.property(fc.string({ maxLength: 30 }), (text) => {
    for (const name of [text, `${text}.png`, `../${text}.bin`, `${text}/a.png`]) {
      if (allowed(name)) assert.equal(join("/pack", name), `/pack/${name}`);
    }
  }));
});

Deno.test("sizes are limited before memory is spent on them", async () => {
  const huge = (name: string) =>
    editManifest((m) => Object.assign((m.files as Record<string, object>)[name], { bytes: FILE_BYTES + 1 }));
  assert.match((await huge("eye.png"))[0], /"files.eye.png.bytes": .*Expected <=16777216/);
  const total = await editManifest((m) => {
    for (const file of Object.values(m.files as Record<string, object>)) {
      Object.assign(file, { bytes: FILE_BYTES });
    }
  });
  assert.match(total[0], /"files": Expected 67108864 bytes at most in all files together/);
  const grown = await faultsAfter(
    (folder) => Deno.truncate(join(folder, "eye.png"), 50 << 20),
    false,
  );
  assert.match(grown[0], /^the file "\/pack\/eye.png" is longer than \d+ bytes$/);
  const manifest = await faultsAfter(
    (folder) => Deno.truncate(join(folder, "manifest.json"), 1 << 21),
    false,
  );
  assert.deepEqual(manifest, ['the file "/pack/manifest.json" is longer than 1048576 bytes']);
  const path = await Deno.makeTempFile();
  await Deno.truncate(path, 1 << 30);
  const before = Deno.memoryUsage().rss;
  await assert.rejects(readPlain(path, 1000), /is longer than 1000 bytes/);
  assert.ok(Deno.memoryUsage().rss - before < 50 << 20);
  await Deno.remove(path);
});

Deno.test("a huge picture and a picture bomb are refused without being inflated", async () => {
  assert.deepEqual(await withPicture(1 << 20, 1 << 20, 100), [
    `"eye.png": PNG: the picture has 1048576 × 1048576 pixels, ${PIXELS} pixels are allowed`,
  ]);
  // 200 MB of zeros in 200 kB, behind a header of 16 × 16 pixels.
  const bomb = await png(16, 16, 200 << 20);
  assert.ok(bomb.length < 300_000);
  const before = Deno.memoryUsage().rss;
  await assert.rejects(() => decodePng(bomb), /there are more picture data than the header says/);
  assert.ok(Deno.memoryUsage().rss - before < 60 << 20, `${Deno.memoryUsage().rss - before}`);
  assert.deepEqual(await withPicture(16, 16, 100), ['"eye.png": PNG: the picture data are cut off']);
  assert.deepEqual(await withPicture(0, 16, 100), ['"eye.png": PNG: the picture is empty']);
});

Deno.test("numbers that cannot be drawn are named with their place", async () => {
  for (const value of [NaN, Infinity, -1e9]) {
    const said = new RegExp(
      `^array "pos" has ${value < -1 ? "-1000000000" : value} at 7, expected -100 to 100$`,
    );
    assert.match((await overwrite("pos", 7, value))[0], said);
  }
  assert.deepEqual(await overwrite("pos", 5, 16.5), [
    'array "pos" has 16.5 at 5: nearer to the camera than 1',
  ]);
  assert.match((await overwrite("dval", 0, NaN))[0], /^shape "browDownLeft" has NaN at 0/);
  assert.match((await overwrite("uv", 3, 40))[0], /^array "uv" has 40 at 3, expected -1 to 2$/);
  assert.match(
    (await overwrite("tri_eyes", 2, 65535))[0],
    /^array "tri_eyes" has the index 65535 at 2, but there are/,
  );
  assert.match((await overwrite("corner", 1, 60000))[0], /^array "corner" has the index 60000 at 1/);
  assert.match((await overwrite("didx", 0, 60000))[0], /^shape "browDownLeft" has the index 60000 at 0/);
});

Deno.test("a layout that does not fit is named", async () => {
  const arrays = (change: (arrays: Record<string, (number | string)[]>) => void) =>
    editManifest((m) => change((m.geometry as Record<string, never>).arrays));
  assert.deepEqual(await arrays((a) => a.pos[0] = 2), ['array "pos" begins at 2, expected a multiple of 4']);
  assert.match(
    (await arrays((a) => a.tri_lash[1] = 1103))[0],
    /"tri_lash" has 1103 indices, expected threes/,
  );
  assert.equal(
    (await arrays((a) => a.region[1] = 4))[0],
    `array "region" has 4 elements, expected ${4 * nv}`,
  );
  assert.match((await arrays((a) => a.pos[2] = "uint8"))[0], /"geometry.arrays.pos.2"/);
  const shapes = await editManifest((m) => {
    const { shapes } = m.geometry as Record<string, Record<string, number[]>>;
    delete shapes.jawOpen;
    shapes.mouthClose = [sizes.didx[1] - 999, 1000];
  });
  assert.deepEqual(shapes, ['shape "mouthClose" lies outside array "didx"', 'shape "jawOpen" is missing']);
  const layer = await editManifest((m) => (m.layers as Record<string, number[]>).cloth.pop());
  assert.deepEqual(layer, ['manifest.json, "layers.cloth": 2400 depths, expected 2401 for a grid of 48']);
});

/** Gives the pack a picture of creases, and `bytes` bytes of the mesh as what its vertices crease with. */
const creasing = (bytes: number | null) => async (folder: string) => {
  await Deno.writeFile(join(folder, "crease.png"), await png(4, 4, 20));
  const { length } = await Deno.readFile(join(folder, "face.bin"));
  await Deno.writeFile(join(folder, "face.bin"), new Uint8Array(bytes ?? 0), { append: true });
  await edit((m) => {
    const { arrays } = m.geometry as { arrays: Record<string, unknown> };
    if (bytes === null) delete arrays.crease;
    else arrays.crease = [length, bytes, "uint8"];
  })(folder);
};

Deno.test("creases are a picture and an array, or neither", async () => {
  const bytes = 8 * nv;
  assert.deepEqual(await faultsAfter(creasing(bytes)), []);
  assert.deepEqual(await faultsAfter(creasing(null)), [
    'manifest.json, "geometry.arrays.crease": Expected the array that belongs to "crease.png"',
  ]);
  assert.deepEqual(await faultsAfter(creasing(bytes - 8)), [
    `array "crease" has ${bytes - 8} elements, expected ${bytes}`,
  ]);
  const after = (then: (folder: string) => unknown) =>
    faultsAfter(async (folder) => {
      await creasing(bytes)(folder);
      await then(folder);
    });
  assert.deepEqual(await after((folder) => Deno.remove(join(folder, "crease.png"))), [
    'the file "crease.png" is missing in manifest.json',
  ]);
  assert.deepEqual(
    await after(async (folder) => Deno.writeFile(join(folder, "crease.png"), await png(4, 4, 19))),
    ['"crease.png": PNG: the picture data are cut off'],
  );
  const beyond = await after(edit((m) => {
    const { arrays } = m.geometry as { arrays: Record<string, unknown[]> };
    arrays.crease[0] = 1 << 23;
  }));
  assert.deepEqual(beyond, ['array "crease" lies outside "face.bin"']);
});

Deno.test("whatever bytes a mesh is made of, it is refused or can be drawn", async () => {
  const { manifest } = readManifest(await Deno.readTextFile(`${jonas}/manifest.json`)) as {
    manifest: Manifest;
  };
  const bin = await Deno.readFile(`${jonas}/face.bin`);
  const places = fc.array(fc.tuple(fc.nat(bin.length - 1), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(places, (changes) => {
      const bytes = bin.slice();
      for (const [at, value] of changes) bytes[at] = value;
      const mesh = readGeometry(manifest, bytes);
      if ([...geometryFaults(mesh, manifest)].length > 0) return;
      assert.ok(mesh.position.every((value) => Math.abs(value) <= 100));
      assert.ok(
        [mesh.skin, mesh.eyes, mesh.lashes].every((list) => list.every((i) => i < mesh.corner.length)),
      );
    }),
    { numRuns: 60 },
  );
});
