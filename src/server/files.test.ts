import assert from "node:assert/strict";
import { join } from "node:path";
import { createApp } from "./app.ts";

Deno.test("of an avatar of one's own the previews are served, nothing else, and no links", async () => {
  const root = await Deno.makeTempDir(), folder = join(root, "anna");
  try {
    await Deno.mkdir(folder);
    await Deno.writeTextFile(join(folder, "poster.jpg"), "a picture");
    await Deno.writeTextFile(join(folder, "manifest.json"), "{}");
    await Deno.writeTextFile(join(root, "secret"), "a secret");
    await Deno.symlink(join(root, "secret"), join(folder, "idle.webm"));
    const app = createApp({
      page: () => ({ version: "0", avatar: "jonas", video: true, camera: false }),
      authority: () => undefined,
      avatarFolder: (name) => name === "anna" || name === "set/anna" ? folder : undefined,
      call: () => {},
      health: () => ({ ok: true }),
      metrics: () => "",
    });
    const get = async (path: string) => {
      const response = await app.request(path);
      return [response.status, response.headers.get("content-type"), await response.text()];
    };
    assert.deepEqual(await get("/avatars/anna/poster.jpg"), [200, "image/jpeg", "a picture"]);
    assert.equal((await get("/avatars/set/anna/poster.jpg"))[0], 200);
    for (
      const path of ["manifest.json", "idle.webm", "idle.mp4", "..%2fsecret", "%2e%2e/secret", "x/poster.jpg"]
    ) {
      assert.equal((await get(`/avatars/anna/${path}`))[0], 404, path);
    }
    assert.equal((await get("/avatars/jonas/poster.jpg"))[0], 200);
    assert.equal((await get("/avatars/nobody/poster.jpg"))[0], 404);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
