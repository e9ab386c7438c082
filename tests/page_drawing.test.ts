/** A page that draws the face itself: a real server, a real Chromium whose WebGL2 runs in software, a real answer. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Page } from "npm:playwright-core@1.65.1";
import { decodePng } from "../src/face/png.ts";
import { launchBrowser, SOFTWARE_GL } from "./browser.ts";
import { serve, type Served, sources } from "./served.ts";
import { type SyntheticVrm, syntheticVrm } from "./synthetic_vrm.ts";

const FACE = "OAC_CHAT_ENGINE_HANDLER_CONFIGS_TTS2FACE";
const args = ["--config", "configs/sample.yaml"];

/** Runs in the page before its own scripts. */
const WATCH = `
  globalThis.__drawing = { arrivals: [], peer: null, seam: null };
  // Software counts as slow, and slow pages offer no help.
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, options) {
    return getContext.call(this, kind, { ...options, antialias: false, preserveDrawingBuffer: true });
  };
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    return name === 0x9246 ? "a graphics card" : getParameter.call(this, name);
  };
  // Drawing in software takes tens of milliseconds; with fewer pictures there is time for the call.
  const frame = requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (draw) => setTimeout(() => frame(draw), 60);
  globalThis.cancelAnimationFrame = clearTimeout.bind(globalThis);
  const Peer = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Peer {
    constructor(...all) {
      super(...all);
      __drawing.peer = this;
    }
    createDataChannel(label, options) {
      const channel = super.createDataChannel(label, options);
      if (label === "looks") channel.addEventListener("message", () => __drawing.arrivals.push(performance.now()));
      return channel;
    }
  };
  const small = (picture) => {
    const pen = new OffscreenCanvas(64, 64).getContext("2d");
    pen.drawImage(picture, 0, 0, 64, 64);
    return pen.getImageData(0, 0, 64, 64).data;
  };
  const mean = (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length / 2.55;
  // Percent by which the page's picture differs from the server's that it takes the place of.
  new MutationObserver(() => {
    const easel = document.querySelector(".easel"), canvas = easel?.querySelector("canvas");
    if (easel?.dataset.drawn !== "true" || !canvas || __drawing.seam !== null) return;
    __drawing.seam = mean(small(document.querySelector("#face")), small(canvas));
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-drawn"] });
  // Percent by which the mouth changes from one drawn picture to another, over some seconds: the greatest.
  globalThis.__motion = async (seconds) => {
    const canvas = document.querySelector(".easel canvas"), { width, height } = canvas;
    const pen = new OffscreenCanvas(32, 32).getContext("2d", { willReadFrequently: true });
    let first = null, most = 0, pictures = 0;
    const since = performance.now();
    while (performance.now() - since < seconds * 1000) {
      await new Promise(requestAnimationFrame);
      pen.drawImage(canvas, 0.38 * width, 0.54 * height, 0.24 * width, 0.15 * height, 0, 0, 32, 32);
      const data = pen.getImageData(0, 0, 32, 32).data;
      first ??= data.slice();
      most = Math.max(most, mean(data, first));
      pictures++;
    }
    return { most, rate: pictures / seconds };
  };`;

/** A page in a call, in which nothing may go wrong unseen. */
async function withCall(
  render: string,
  work: (page: Page, server: Served) => Promise<void>,
  query = "",
): Promise<void> {
  await withPage(render, async (page, server) => {
    await page.getByRole("button", { name: "Start" }).click();
    await page.locator('.stage[data-live="true"]').waitFor({ timeout: 60_000 });
    await work(page, server);
  }, query);
}

async function withPage(
  render: string,
  work: (page: Page, server: Served) => Promise<void>,
  query = "",
): Promise<void> {
  const program = sources(args), env = { ...program.env, [`${FACE}_RENDER`]: render };
  await using server = await serve(args, { ...program, env });
  await using browser = await launchBrowser({ args: SOFTWARE_GL });
  const page = await browser.browser.newPage({ viewport: { width: 390, height: 844 }, locale: "en" });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.addInitScript({ content: WATCH });
  await page.goto(`${server.url}/${query}`);
  await work(page, server);
  assert.deepEqual(faults, []);
}

const drawn = (page: Page, on: boolean) =>
  page.locator(`.easel[data-drawn="${on}"]`).waitFor({ timeout: 60_000, state: "attached" });

/** Pictures of the server's so far, the looks' arrivals, and how far the two pictures differed when they were swapped. */
function figures(page: Page): Promise<{ pictures: number; arrivals: number[]; seam: number }> {
  return page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any
    const { peer, arrivals, seam } = (globalThis as any).__drawing;
    // deno-lint-ignore no-explicit-any
    const reports: any[] = [...(await peer.getStats()).values()];
    const video = reports.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
    return { pictures: video?.framesReceived ?? 0, arrivals, seam };
  });
}

/** Waits until the server has sent ten pictures more than so many. */
async function morePictures(page: Page, than: number): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if ((await figures(page)).pictures > than + 10) return;
    await page.waitForTimeout(500);
  }
  assert.fail("the server's pictures do not come back");
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
  await page.locator('[data-mood="speaking"]').waitFor({ timeout: 60_000 });
}

/** Percent by which the drawn mouth changes, and pictures a second. */
function motion(page: Page, seconds: number): Promise<{ most: number; rate: number }> {
  return page.evaluate(`__motion(${seconds})`);
}

Deno.test("render: client draws in the page, and the server sends no picture", async () => {
  await withCall("client", async (page) => {
    await drawn(page, true);
    const before = await figures(page);
    assert.ok(before.seam < 4, `the picture jumps by ${before.seam} %`);
    assert.ok(await page.locator(".easel canvas").isVisible());
    await ask(page, "Tell me about the sea.");
    const { most, rate } = await motion(page, 2);
    assert.ok(most > 2, `the mouth moves by ${most} %`);
    await page.waitForTimeout(2000);
    const after = await figures(page);
    assert.equal(after.pictures, before.pictures);
    const arrivals = after.arrivals.slice(before.arrivals.length);
    const gaps = arrivals.slice(1).map((at, i) => at - arrivals[i]).sort((a, b) => a - b);
    const p99 = gaps[Math.floor(0.99 * gaps.length)];
    console.log(
      `${rate.toFixed(0)} pictures a second; looks every ${gaps[gaps.length >> 1].toFixed(0)} ms (p50), ` +
        `${p99.toFixed(0)} ms (p99); difference at the swap ${before.seam.toFixed(2)} %; mouth ${
          most.toFixed(1)
        } %`,
    );
    assert.ok(gaps.length > 50, `${gaps.length} looks came`);
    await loseGraphics(page);
  });
});

/** The graphics card goes: the server's picture comes back, and one notice says so. */
async function loseGraphics(page: Page): Promise<void> {
  const before = await figures(page);
  await page.evaluate(() => {
    const gl = document.querySelector<HTMLCanvasElement>(".easel canvas")!.getContext("webgl2")!;
    gl.getExtension("WEBGL_lose_context")!.loseContext();
  });
  await page.locator('.notice[data-fault="drawing"]').waitFor();
  await drawn(page, false);
  await morePictures(page, before.pictures);
  assert.equal(await page.locator(".notice").count(), 1);
}

/** Others want the processor too: as many programs as there are cores, and one more. */
function shortage(): Disposable {
  const programs = Array.from(
    { length: navigator.hardwareConcurrency + 1 },
    () => new Deno.Command(Deno.execPath(), { args: ["eval", "for (;;);"] }).spawn(),
  );
  return { [Symbol.dispose]: () => programs.forEach((program) => program.kill("SIGKILL")) };
}

Deno.test("render: auto, the page takes over in mid-call when pictures come late, and can be sent back", async () => {
  await withCall("auto", async (page, server) => {
    assert.equal(await page.locator('.easel[data-drawn="true"]').count(), 0);
    {
      using _ = shortage();
      await drawn(page, true);
    }
    assert.ok(server.lines.some((line) => line.includes("its page is asked to draw the face")));
    const { seam } = await figures(page);
    console.log(`Difference at the swap ${seam.toFixed(2)} %`);
    assert.ok(seam < 4, `the picture jumps by ${seam} %`);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByLabel("The face is drawn by").selectOption("server");
    await drawn(page, false);
    const { pictures } = await figures(page);
    await morePictures(page, pictures);
    await page.getByLabel("The face is drawn by").selectOption("page");
    await drawn(page, true);
    assert.equal(await page.locator(".notice").count(), 0);
  });
});

Deno.test("a page that lies over another one draws the face without a room", async () => {
  await withCall("client", async (page) => {
    await drawn(page, true);
    await page.waitForTimeout(500);
    const { pixels, width } = await decodePng(
      Uint8Array.from(await page.screenshot({ omitBackground: true })),
    );
    const alpha = (x: number, y: number) => pixels[y * width + x] >>> 24;
    assert.deepEqual([alpha(4, 60), alpha(385, 60), alpha(195, 300)], [0, 0, 255]);
  }, "?embed=transparent");
});

/** Picks a file for the face of one's own. */
async function pick(page: Page, name: string, buffer: Uint8Array): Promise<void> {
  await page.locator('.own-face input[type="file"]').setInputFiles({
    name,
    mimeType: "model/gltf-binary",
    buffer: Buffer.from(buffer),
  });
}

Deno.test("a VRM of the caller's own is drawn in the page, before and in the call; bad files leave the old face", async () => {
  await withPage("auto", async (page) => {
    await page.getByRole("button", { name: "Settings" }).click();
    const changed = (change: SyntheticVrm["change"]) => syntheticVrm({ version: "1.0", change });
    const elsewhere = changed((gltf) => gltf.images[0] = { uri: "http://127.0.0.1/skin.png" });
    const headless = changed((gltf) => delete gltf.extensions.VRMC_vrm.humanoid.humanBones.head);
    const bad: [string, Uint8Array, RegExp][] = [
      [
        "text.vrm",
        new TextEncoder().encode("This is a text and no model at all."),
        /binary glTF is expected/,
      ],
      ["cut.vrm", syntheticVrm({ version: "1.0" }).subarray(0, 3000), /cut off/],
      ["elsewhere.vrm", elsewhere, /lie in other files/],
      ["headless.vrm", headless, /no head|cannot be read/],
    ];
    for (const [name, file, expected] of bad) {
      await pick(page, name, file);
      await page.waitForFunction(
        (source) =>
          new RegExp(source).test(document.querySelector(".own-face [role=alert]")?.textContent ?? ""),
        expected.source,
      );
      assert.equal(await page.locator(".easel canvas").count(), 0, name);
    }
    await pick(page, "synthetic-0.vrm", syntheticVrm({ version: "0.0" }));
    await drawn(page, true);
    await page.getByRole("button", { name: "Close" }).click();
    await save(page, "vrm-0");
    await page.getByRole("button", { name: "Settings" }).click();
    await pick(page, "synthetic-1.vrm", syntheticVrm({ version: "1.0" }));
    await page.getByText("synthetic-1.vrm").waitFor();
    await drawn(page, true);
    assert.equal(await page.locator(".own-face [role=alert]").count(), 0);
    await page.reload();
    await drawn(page, true);
    await page.getByRole("button", { name: "Start" }).click();
    await page.locator('.stage[data-live="true"]').waitFor({ timeout: 60_000 });
    await ask(page, "Tell me about the sea.");
    const { most, rate } = await motion(page, 3);
    await save(page, "vrm-1");
    console.log(`VRM: ${rate.toFixed(0)} pictures a second, the mouth changes by ${most.toFixed(1)} %`);
    assert.ok(most > 1, `the mouth moves by ${most} %`);
    const { pictures, arrivals } = await figures(page);
    assert.ok(arrivals.length > 20);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("radio", { name: "Jonas" }).check({ force: true });
    await drawn(page, false);
    await morePictures(page, pictures);
  });
});

/** Where pictures of the page are wanted. */
async function save(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("GL_SHEETS");
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
