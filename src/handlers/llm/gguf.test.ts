import assert from "node:assert/strict";
import { join } from "node:path";
import { findGguf } from "./gguf.ts";

Deno.test("gguf: a folder with one file, a file in a folder, and a clear line for the rest", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (
      const path of ["one/a.gguf", "one/readme.txt", "two/b.gguf", "two/c.gguf", "three/x.onnx", "d.gguf"]
    ) {
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), "");
    }
    assert.equal(await findGguf(root, "one"), join(root, "one/a.gguf"));
    assert.equal(await findGguf(root, "two/c.gguf"), join(root, "two/c.gguf"));
    assert.equal(await findGguf(root, "d.gguf"), join(root, "d.gguf"));
    assert.equal(await findGguf("/nowhere", join(root, "d.gguf")), join(root, "d.gguf"));
    await assert.rejects(findGguf(root, "two"), /"two" has several .* "two\/b.gguf", "two\/c.gguf"/);
    for (const name of ["four", "three", "one/x.gguf", "d.gguf/x.gguf"]) {
      await assert.rejects(findGguf(root, name), (error: Error) => {
        assert.match(
          error.message,
          /there is "d.gguf", "one", "two\/b.gguf", "two\/c.gguf"\).*deno task models/,
        );
        return !error.message.includes("\n");
      });
    }
    await assert.rejects(findGguf(join(root, "three"), "four"), /there is none at all/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
