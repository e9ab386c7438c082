/** A LiteAvatar (the synthetic one) in a call: real server, real voice, real browser. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { rms } from "../src/audio/pcm.ts";
import { launchBrowser } from "./browser.ts";
import { openCaller } from "./caller.ts";
import { linkTree } from "./link_tree.ts";
import { serve, sources } from "./served.ts";

const NAME = "synthetic/nobody";
const here = import.meta.dirname!;

/** The sample configuration with that face first and these models. */
async function configure(models: string): Promise<string> {
  const sample = await Deno.readTextFile(join(here, "../configs/sample.yaml"));
  const file = join(models, "config.yaml");
  const text = sample.replace("model_root: models", `model_root: ${models}`)
    .replace("avatar_name: sample_data", `avatar_name: ${NAME}\n      avatars: [${NAME}, jonas]`);
  await Deno.writeTextFile(file, text);
  return file;
}

Deno.test("a LiteAvatar answers in a call, and gives way to another face", async () => {
  const models = await Deno.makeTempDir();
  try {
    await linkTree(join(here, "../models"), models);
    await linkTree(join(here, "synthetic_models"), models);
    const args = ["--config", await configure(models)];
    await using server = await serve(args, sources([...args, models]));
    const picture = await fetch(`${server.url}/avatars/${NAME}/poster.jpg`);
    assert.equal(picture.status, 200);
    assert.equal(picture.headers.get("content-type"), "image/jpeg");
    await picture.body?.cancel();
    // What is no preview is not given away.
    const net = await fetch(`${server.url}/avatars/${NAME}/encode.onnx`);
    assert.equal(net.status, 404);
    await net.body?.cancel();

    await using browser = await launchBrowser();
    await using caller = await openCaller(browser.browser, server.url);
    const { page } = caller;
    assert.equal(await page.locator(".face .poster").getAttribute("src"), `/avatars/${NAME}/poster.jpg`);
    await caller.start();
    await page.getByRole("textbox").fill("What is your name?");
    await page.keyboard.press("Enter");
    await page.locator('.page[data-mood="speaking"]').waitFor({ timeout: 20_000 });
    const answered = await page.evaluate(() => performance.now());
    await page.waitForTimeout(3_000);
    const { frames, reply, rate } = await caller.recording();
    const size = await page.evaluate(() => {
      const { videoWidth, videoHeight } = document.querySelector<HTMLVideoElement>("#face")!;
      return [videoWidth, videoHeight];
    });
    assert.deepEqual(size, [360, 640]);
    assert.ok(frames.length > 20, `${frames.length} pictures`);
    const pictures = frames.filter(({ time }) => time > answered).length;
    assert.ok(pictures >= 8, `${pictures} pictures in three seconds of speaking`);
    assert.ok(rms(reply.slice(-2 * rate)) > 0.01, "the answer is heard");
    assert.notEqual((await caller.captions()).reply, "");

    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("radio", { name: "Jonas" }).check({ force: true });
    await page.waitForFunction(() => document.querySelector<HTMLVideoElement>("#face")!.videoWidth === 512);
    assert.deepEqual(server.lines.filter((line) => / (WARN|ERROR) /.test(line)), []);
  } finally {
    await Deno.remove(models, { recursive: true });
  }
});
