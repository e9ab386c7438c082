/** The gallery in a real browser, with the real server: before a call, in a call, and after a reload. */
import assert from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";
import { decodePng } from "../src/face/png.ts";
import { launchBrowser } from "./browser.ts";
import { serve, sources } from "./served.ts";

const FACE = "OAC_CHAT_ENGINE_HANDLER_CONFIGS_TTS2FACE";
const args = ["--config", "configs/sample.yaml"];

async function settings(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
}
const face = (page: Page, name: string) => page.getByRole("radio", { name });
const poster = (page: Page) => page.locator(".face .poster").getAttribute("src");
const live = (page: Page) => page.locator('.stage[data-live="true"]').waitFor({ timeout: 60_000 });

/** Red, green and blue of a pixel of the live picture; the place as shares of its sides. */
async function pixel(page: Page, x: number, y: number): Promise<number[]> {
  return await page.evaluate(([x, y]) => {
    const video = document.querySelector<HTMLVideoElement>("#face")!,
      canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const context = canvas.getContext("2d")!;
    context.drawImage(video, 0, 0);
    return [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data];
  }, [x, y]);
}

/** Runs in the page before its own scripts: counts the pictures that are faded out. */
const FADES = `
  globalThis.__fades = 0;
  const { animate } = Element.prototype;
  Element.prototype.animate = function (...all) {
    if (this.matches("canvas.last")) __fades++;
    return animate.apply(this, all);
  };`;
const fades = (page: Page) => page.evaluate("__fades");
const distance = (a: number[], b: number[]) => a.reduce((sum, value, k) => sum + Math.abs(value - b[k]), 0);

Deno.test("a face is chosen by keyboard, changes in mid-call, and is there again after a reload", async () => {
  const program = { ...sources(args), env: { ...sources(args).env, [`${FACE}_ANY_VOICE`]: "true" } };
  await using server = await serve(args, program);
  await using browser = await launchBrowser();
  const context = await browser.browser.newContext({ viewport: { width: 390, height: 844 }, locale: "en" });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.addInitScript({ content: FADES });
  await page.goto(server.url);
  await settings(page);
  assert.equal(await face(page, "Jonas").isChecked(), true);
  await face(page, "Mira").check({ force: true });
  assert.equal(await poster(page), "/avatars/mira/poster.jpg");
  // Nothing is wider than a phone.
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Start" }).click();
  await live(page);
  await settings(page);
  await face(page, "Mira").focus();
  const before = await pixel(page, 0.5, 0.9);
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator(".card :checked").getAttribute("value"), "samir");
  await page.locator('.face .poster[src="/avatars/samir/poster.jpg"]').waitFor({
    timeout: 30_000,
    state: "attached",
  });
  await page.waitForTimeout(1500);
  const after = await pixel(page, 0.5, 0.9);
  assert.ok(distance(before, after) > 30, `${before} ${after}`);
  assert.equal(await fades(page), 1);
  await page.getByLabel("Background").selectOption("evening");
  await page.locator(".backdrop canvas").first().waitFor({ timeout: 10_000, state: "attached" });
  await page.waitForTimeout(1500);
  assert.equal(await fades(page), 2);
  const [red, green, blue] = await pixel(page, 0.03, 0.6);
  assert.ok(red < 110 && green < 100 && blue < 120, `${red} ${green} ${blue}`);
  await page.reload();
  await settings(page);
  assert.equal(await face(page, "Samir").isChecked(), true);
  assert.equal(await page.getByLabel("Background").inputValue(), "evening");
  assert.deepEqual(faults, []);

  const embedded = await context.newPage();
  await embedded.goto(`${server.url}?embed=transparent`);
  await embedded.getByRole("button", { name: "Start" }).click();
  await live(embedded);
  await embedded.waitForTimeout(1000);
  const ground = await embedded.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, "rgba(0, 0, 0, 0)");
  const { pixels, width } = await decodePng(
    Uint8Array.from(await embedded.screenshot({ omitBackground: true })),
  );
  const alpha = (x: number, y: number) => pixels[y * width + x] >>> 24;
  assert.deepEqual([alpha(4, 60), alpha(385, 60), alpha(195, 300)], [0, 0, 255]);
});

Deno.test("faces that the voice does not suit are marked and cannot be chosen", async () => {
  await using server = await serve(args);
  await using browser = await launchBrowser();
  for (const [locale, colorScheme] of [["en", "light"], ["zh", "dark"]] as const) {
    const context = await browser.browser.newContext({
      viewport: { width: 390, height: 844 },
      locale,
      colorScheme,
    });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole("button", { name: locale === "en" ? "Settings" : "设置" }).click();
    // The focus moves as the panel opens, not a frame later; and goes back to where the keyboard came from.
    await page.keyboard.press("Escape");
    const opener = page.locator(".bar [aria-expanded]").last();
    await opener.focus();
    const focused = await opener.evaluate(async (button) => {
      (button as HTMLElement).click();
      await Promise.resolve();
      return document.activeElement?.tagName;
    });
    assert.equal(focused, "H2");
    await page.keyboard.press("Escape");
    assert.equal(await opener.evaluate((button) => document.activeElement === button), true);
    await page.keyboard.press("Enter");
    const card = page.locator('.card:has([value="mira"])');
    assert.equal(await card.locator("input").isDisabled(), true);
    assert.match(await card.innerText(), locale === "en" ? /Suits another voice/ : /与这里的声音不相配/);
    assert.match(await card.locator(".unseen").innerText(), locale === "en" ? /^A woman/ : /女士/);
    await context.close();
  }
});
