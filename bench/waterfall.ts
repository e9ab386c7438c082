/**
 * `deno task waterfall [--all --to DIRECTORY]`: holds one spoken turn through a running server and a real Chromium, opens
 * the page's meter and writes what it shows to docs/images/waterfall.png. With `--all` it is written in every width,
 * colour scheme and language instead, to look at. Build the page first (`deno task client`).
 */
import { parseArgs } from "node:util";
import type { Browser, Page } from "npm:playwright-core@1.65.1";
import { launchBrowser } from "../tests/browser.ts";
import { compose, recording } from "../tests/dialogue.ts";
import { serve } from "../tests/served.ts";

/** Seconds of silence before and after what is said. */
const LEAD = 6;
const ANSWER = 60;
/** Pixels of the picture for one of the page: sharp on screens of high resolution. */
const SCALE = 2;
const PICTURE = new URL("../docs/images/waterfall.png", import.meta.url).pathname;
const HEIGHT = 844;
/** Pixels of the page to the left and right of the meter. */
const MARGIN = 16;

const { values: options } = parseArgs({
  options: { all: { type: "boolean", default: false }, to: { type: "string", default: "." } },
});

/** A page in a call after its first turn, with its meter open. */
async function talk(browser: Browser, url: string, language: string): Promise<Page> {
  const context = await browser.newContext({
    permissions: ["microphone"],
    deviceScaleFactor: SCALE,
    viewport: { width: 1280, height: HEIGHT },
  });
  const page = await context.newPage();
  await page.goto(`${url}/?lang=${language}`);
  await page.getByRole("button", { name: /^(Start|开始)$/ }).click();
  await page.waitForSelector('[data-mood="speaking"]', { timeout: 60_000 });
  await page.waitForSelector('[data-mood="listening"]', { timeout: 60_000 });
  await page.getByRole("button", { name: /^(Settings|设置)$/ }).click();
  await page.locator(".meter:has(.waterfall) summary").click();
  // The browser's figures are read once a second, some of them as differences.
  await page.waitForTimeout(4_000);
  return page;
}

async function shoot(page: Page, width: number, colorScheme: "light" | "dark", path: string): Promise<void> {
  // Tall enough for all of the meter: what its panel scrolls away would be cut off.
  await page.setViewportSize({ width, height: 2 * HEIGHT });
  await page.emulateMedia({ colorScheme });
  const { x, y, width: wide, height } = (await page.locator(".meter:has(.waterfall)").boundingBox())!;
  const clip = { x: x - MARGIN, y: y + 1, width: wide + 2 * MARGIN, height: height - 2 };
  await page.screenshot({ path, clip });
  console.log(`Wrote ${path}.`);
}

const { wav } = compose([await recording("austen-0880")], LEAD, ANSWER);
const microphone = await Deno.makeTempFile({ suffix: ".wav" });
try {
  await Deno.writeFile(microphone, wav);
  await using server = await serve();
  await using browser = await launchBrowser({ microphone });
  if (!options.all) await shoot(await talk(browser.browser, server.url, "en"), 390, "light", PICTURE);
  else {
    for (const language of ["en", "zh"]) {
      const page = await talk(browser.browser, server.url, language);
      for (const width of [390, 1280]) {
        for (const scheme of ["light", "dark"] as const) {
          await shoot(page, width, scheme, `${options.to}/waterfall-${language}-${width}-${scheme}.png`);
        }
      }
      await page.context().close();
    }
  }
} finally {
  await Deno.remove(microphone);
}
