import assert from "node:assert/strict";
import { join } from "node:path";
import type { Render } from "../rtc/signalling.ts";
import { createApp } from "./app.ts";

/** What a request of the page gets: status, type and how many bytes. */
function serving(folder: string, render?: Render) {
  const app = createApp({
    page: () => ({ version: "0", avatar: "jonas", video: true, camera: false, render }),
    authority: () => undefined,
    avatarFolder: (name) => name === "anna" ? folder : undefined,
    call: () => {},
    health: () => ({ ok: true }),
    metrics: () => "",
  });
  return async (file: string) => {
    const response = await app.request(`/avatars/anna/${file}`);
    return [response.status, response.headers.get("content-type"), (await response.bytes()).length];
  };
}

Deno.test("of a pack of one's own a page that draws gets what the manifest names, and nothing else", async () => {
  const root = await Deno.makeTempDir(), folder = join(root, "anna");
  const shipped = new URL("../../static/avatars/jonas/", import.meta.url);
  try {
    await Deno.mkdir(folder);
    for (const name of ["manifest.json", "face.bin", "skin0.png"]) {
      await Deno.copyFile(new URL(name, shipped), join(folder, name));
    }
    await Deno.writeTextFile(join(folder, "notes.png"), "mine");
    await Deno.writeTextFile(join(root, "secret"), "a secret");
    await Deno.symlink(join(root, "secret"), join(folder, "skin1.png"));
    const get = serving(folder, "auto"), { size } = await Deno.stat(new URL("face.bin", shipped));
    assert.deepEqual(await get("face.bin"), [200, "application/octet-stream", size]);
    assert.deepEqual((await get("manifest.json")).slice(0, 2), [200, "application/json"]);
    assert.deepEqual((await get("skin0.png")).slice(0, 2), [200, "image/png"]);
    for (const name of ["notes.png", "skin1.png", "eye.png", "toString", "..%2fsecret"]) {
      assert.equal((await get(name))[0], 404, name);
    }
    const closed = serving(folder, "server");
    for (const name of ["face.bin", "manifest.json"]) assert.equal((await closed(name))[0], 404, name);
    await Deno.writeTextFile(join(folder, "manifest.json"), '{"files":{"notes.png":{}}}');
    for (const name of ["notes.png", "manifest.json"]) assert.equal((await get(name))[0], 404, name);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

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
