/**
 * Connects real browser pages to the real media line again and again, `--batch` at the same time, and counts those
 * that stay dead.
 *
 *     deno run -A bench/connect.ts [--count 200] [--batch 6] [--blackout] [--port 8540]
 *
 * With `--blackout` one page loses all video for 2 s instead, and must come back.
 */
import { parseArgs } from "node:util";
import type { Page } from "npm:playwright-core@1.65.1";
import { launchBrowser } from "../tests/browser.ts";
import { blackout } from "../tests/blackout.ts";
import { type Line, openLine } from "../tests/line.ts";

/** Milliseconds after which a page without a picture is dead. */
const PATIENCE = 8_000;

/** The page's globals, see `connect.html`. */
interface PageState {
  answered: number | null;
  connected: number | null;
  firstFrame: number | null;
  frames: number;
  changes: number;
}
declare const state: PageState;
declare function connect(options: { microphone: boolean; nack?: boolean }): Promise<string>;

function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

function row(name: string, values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const cells = [0.5, 0.95, 1].map((share) => `${Math.round(percentile(sorted, share))}`.padStart(6));
  return `${name.padEnd(34)} ${cells.join(" ")}`;
}

/** Connects one page; null when no picture came. */
async function attempt(page: Page, url: string, nack = true): Promise<PageState | null> {
  await page.goto(url);
  await page.evaluate((nack) => connect({ microphone: true, nack }), nack);
  try {
    await page.waitForFunction(() => state.connected !== null && state.frames > 2, null, {
      timeout: PATIENCE,
    });
  } catch {
    return null;
  }
  return await page.evaluate(() => state);
}

async function countDead(line: Line, count: number, batch: number): Promise<number> {
  await using browser = await launchBrowser();
  const context = await browser.browser.newContext({ permissions: ["microphone"] });
  const alive: PageState[] = [];
  const lateness: number[] = [];
  let tried = 0;
  while (tried < count) {
    const size = Math.min(batch, count - tried);
    const pages = await Promise.all(Array.from({ length: size }, () => context.newPage()));
    const results = await Promise.all(pages.map((page) => attempt(page, line.url)));
    alive.push(...results.filter((result) => result !== null));
    tried += size;
    lateness.push(...[...line.calls.values()].map(({ outbound }) => outbound.stats.lateness.p95));
    await Promise.all(pages.map((page) => page.close()));
    await Promise.all([...line.calls.keys()].map(line.end));
    if (tried % 30 < batch) console.log(`${tried} connects, ${tried - alive.length} dead`);
  }
  console.log(`\n${"milliseconds".padEnd(34)}    p50    p95    max`);
  console.log(row("offer sent to answer", alive.map(({ answered }) => answered!)));
  console.log(row("offer sent to connected", alive.map(({ connected }) => connected!)));
  console.log(row("offer sent to first picture", alive.map(({ firstFrame }) => firstFrame!)));
  console.log(row("p95 of sound packets' lateness", lateness));
  console.log(`${count} connects in batches of ${batch}: ${count - alive.length} dead`);
  return count - alive.length;
}

/** @param nack whether the page asks for lost packets; where it does, that brings the keyframe before it complains. */
async function comeBack(line: Line, nack: boolean): Promise<boolean> {
  await using browser = await launchBrowser();
  const context = await browser.browser.newContext({ permissions: ["microphone"] });
  const page = await context.newPage();
  if (!await attempt(page, line.url, nack)) throw new Error("The page did not connect");
  const [[id, call]] = line.calls;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const end = await blackout(2_000);
  const frozen = await page.evaluate(() => state.changes);
  await page.waitForFunction((from) => state.changes > from + 25, frozen, { timeout: 10_000 });
  const { pictureLoss, nacked } = call.peer.stats().feedback!;
  const keyframe = call.keyframes.find((at) => at > end);
  await line.end(id);
  console.log(
    `${
      nack ? "with" : "without"
    } NACK: ${nacked} packets asked for again, ${pictureLoss} loss indications, ` +
      `keyframe ${
        keyframe ? Math.round(keyframe - end) : "never"
      } ms after the blackout, pictures move again`,
  );
  return keyframe !== undefined && (nack || pictureLoss > 0);
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    count: { type: "string", default: "200" },
    batch: { type: "string", default: "6" },
    blackout: { type: "boolean", default: false },
    port: { type: "string", default: "8540" },
  },
});
let good: boolean;
{
  await using line = await openLine(Number(values.port));
  good = values.blackout
    ? await comeBack(line, true) && await comeBack(line, false)
    : await countDead(line, Number(values.count), Number(values.batch)) === 0;
}
Deno.exit(good ? 0 : 1);
