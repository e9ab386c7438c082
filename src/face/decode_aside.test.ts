import assert from "node:assert/strict";
import { join } from "node:path";
import { DECODER_RIGHTS, readPackAside } from "./decode_aside.ts";
import { readPack } from "./packfolder.ts";

const mira = new URL("../../static/avatars/mira", import.meta.url).pathname;

Deno.test("a pack that was read aside is the one that is read at once", async () => {
  const [aside, here] = await Promise.all([readPackAside(mira, 256), readPack(mira, 256)]);
  assert.deepEqual(aside.geometry, here.geometry);
  assert.deepEqual(aside.textures, here.textures);
  assert.deepEqual([aside.name, aside.camera], [here.name, here.camera]);
});

Deno.test("what is wrong with a pack is told from aside in the same words", async () => {
  const root = await Deno.makeTempDir(), folder = join(root, "empty");
  try {
    await Deno.mkdir(folder);
    const words = (read: Promise<unknown>) => read.then(() => "", (error) => error.message);
    const [aside, here] = await Promise.all([
      words(readPackAside(folder, 256)),
      words(readPack(folder, 256)),
    ]);
    assert.match(aside, /^Avatar pack "empty": the file ".*manifest.json" does not exist$/);
    assert.equal(aside, here);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("the thread that decodes may read the program and nothing else", async () => {
  const probe = `
    import ${JSON.stringify(new URL("./pack.ts", import.meta.url).href)};
    const attempts = {
      read: () => Deno.readTextFileSync("/etc/hostname"),
      write: () => Deno.writeTextFileSync("/tmp/never", ""),
      run: () => new Deno.Command("true").outputSync(),
      net: () => Deno.listen({ port: 0 }),
    };
    const done = Object.keys(attempts).filter((name) => {
      try { attempts[name](); return true; } catch { return false; }
    });
    self.postMessage(done);`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(probe)}`, {
    type: "module",
    deno: { permissions: DECODER_RIGHTS },
  });
  const done = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => (event.preventDefault(), reject(new Error(event.message)));
  });
  worker.terminate();
  assert.deepEqual(done, []);
});
