/** The media line against a real Chromium: codecs, microphone, data channel, lost pictures, and noticing the end. */
import assert from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";
import { concat, decibels, rms } from "../src/audio/pcm.ts";
import { writeWav } from "../src/audio/wav.ts";
import { blackout } from "./blackout.ts";
import { launchBrowser } from "./browser.ts";
import { type Line, type LineCall, openLine } from "./line.ts";

const PORT = 8550;

/** The page's globals, see `bench/connect.html`. */
declare const state: { id: string; frames: number; changes: number; size: string; messages: unknown[] };
declare const connection: RTCPeerConnection;
declare const channel: RTCDataChannel;
declare function connect(options: { codec?: string; microphone: boolean; nack?: boolean }): Promise<string>;
declare function stats(): Promise<{ video: { framesDecoded: number } }>;
declare function hear(): { level: number; pitch: number };

const TONE = 440;
const AMPLITUDE = 0.25;

async function tone(): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".wav" });
  const pcm = Float32Array.from(
    { length: 48_000 * 60 },
    (_, n) => AMPLITUDE * Math.sin(2 * Math.PI * TONE * n / 48_000),
  );
  await Deno.writeFile(path, writeWav(pcm, 48_000));
  return path;
}

/** A line, a browser that hears a tone, and a page; all of it ends with the function. */
async function withPage(use: (page: Page, line: Line) => Promise<void>, sound?: (n: number) => Float32Array) {
  const microphone = await tone();
  try {
    await using line = await openLine(PORT, sound);
    await using browser = await launchBrowser({ microphone });
    const context = await browser.browser.newContext({ permissions: ["microphone"] });
    const page = await context.newPage();
    await page.goto(line.url);
    await use(page, line);
  } finally {
    await Deno.remove(microphone);
  }
}

async function dial(page: Page, line: Line, options: Parameters<typeof connect>[0]): Promise<LineCall> {
  const id = await page.evaluate((given) => connect(given), options);
  await page.waitForFunction(() => state.frames > 2, null, { timeout: 15_000 });
  return line.calls.get(id)!;
}

async function until(condition: () => boolean, what: string, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It did not happen within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const [codec, name] of [["h264", "video/H264"], ["vp8", "video/VP8"]] as const) {
  Deno.test(`${codec}: the picture is decoded and moves`, () =>
    withPage(async (page, line) => {
      const call = await dial(page, line, { codec: name, microphone: true });
      assert.equal(call.peer.video?.codec, codec);
      await page.waitForFunction(() => state.changes > 20, null, { timeout: 10_000 });
      const { video } = await page.evaluate(() => stats());
      assert.ok(video.framesDecoded > 20);
      assert.equal(await page.evaluate(() => state.size), "256x256");
    }));
}

Deno.test("the microphone arrives at 16 kHz with its level and pitch", () =>
  withPage(async (page, line) => {
    const call = await dial(page, line, { microphone: true });
    await until(() => call.mic.length > 125, "four seconds of microphone", 20_000);
    const heard = concat(call.mic.slice(62, 125));
    const seconds = heard.length / 16_000;
    const crossings = heard.filter((sample, n) => n > 0 && heard[n - 1] < 0 && sample >= 0).length;
    assert.ok(Math.abs(crossings / seconds - TONE) < 5, `${crossings / seconds} Hz`);
    const level = decibels(rms(heard));
    assert.ok(Math.abs(level - decibels(AMPLITUDE / Math.SQRT2)) < 1.5, `${level} dB`);
    assert.equal(call.peer.stats().mic.damaged, 0);
  }));

Deno.test("sound is heard in the browser with its level and pitch", () => {
  const sound = (packet: number) =>
    Float32Array.from(
      { length: 960 },
      (_, n) => 0.3 * Math.sin(2 * Math.PI * 600 * (packet * 960 + n) / 48_000),
    );
  return withPage(async (page, line) => {
    await dial(page, line, { microphone: true });
    await page.waitForFunction(() => hear().level > 0.1, null, { timeout: 10_000 });
    await page.waitForTimeout(1_000);
    const { level, pitch } = await page.evaluate(() => hear());
    assert.ok(Math.abs(decibels(level) - decibels(0.3 / Math.SQRT2)) < 1.5, `${decibels(level)} dB`);
    assert.ok(Math.abs(pitch - 600) < 10, `${pitch} Hz`);
  }, sound);
});

Deno.test("messages go both ways, those kept from before the channel was open too", () =>
  withPage(async (page, line) => {
    const id = await page.evaluate(() => connect({ microphone: true }));
    const call = line.calls.get(id)!;
    call.peer.send({ type: "state", state: "listening" });
    await page.waitForFunction(() => channel.readyState === "open");
    await page.evaluate(() => {
      channel.send("not JSON");
      channel.send(JSON.stringify({ type: "text", text: "Grüß dich, 世界" }));
      channel.send(JSON.stringify({ type: "stop" }));
    });
    await until(() => call.messages.length === 2, "two messages");
    assert.deepEqual(call.messages, [{ type: "text", text: "Grüß dich, 世界" }, { type: "stop" }]);
    call.peer.send({ type: "fault", code: "test", message: "x".repeat(5_000) });
    await page.waitForFunction(() => state.messages.length === 2);
    const [first, second] = await page.evaluate(() => state.messages);
    assert.deepEqual(first, { type: "state", state: "listening" });
    assert.equal((second as { message: string }).message.length, 5_000);
  }));

for (const nack of [true, false]) {
  const how = nack ? "repeated requests for lost packets bring" : "a picture loss indication brings";
  Deno.test(`after a blackout ${how} a keyframe, and the picture moves again`, () =>
    withPage(async (page, line) => {
      const call = await dial(page, line, { microphone: true, nack });
      await page.waitForTimeout(1_000);
      const end = await blackout(2_000);
      const frozen = await page.evaluate(() => state.changes);
      await page.waitForFunction((from) => state.changes > from + 20, frozen, { timeout: 10_000 });
      assert.ok(call.keyframes.some((at) => at > end), "a keyframe was sent");
      assert.ok(call.wanted.length > 0);
      const { pictureLoss, nacked } = call.peer.stats().feedback!;
      assert.ok(nack ? nacked > 0 : pictureLoss > 0, `${nacked} packets, ${pictureLoss} indications`);
    }));
}

Deno.test("a page that hangs up is noticed at once", () =>
  withPage(async (page, line) => {
    const call = await dial(page, line, { microphone: true });
    await page.evaluate(() => connection.close());
    assert.equal(await call.gone, "the browser hung up");
  }));

Deno.test("a page that vanishes is noticed", () =>
  withPage(async (page, line) => {
    const call = await dial(page, line, { microphone: true });
    await page.close();
    assert.match(await call.gone, /^the browser (hung up|went silent)$/);
  }));

Deno.test("a page that only listens connects too, and its hidden addresses do not matter", () =>
  withPage(async (page, line) => {
    const call = await dial(page, line, { microphone: false });
    assert.equal(call.mic.length, 0);
    await page.waitForTimeout(8_000);
    const before = await page.evaluate(() => state.changes);
    await page.waitForFunction((from) => state.changes > from + 10, before, { timeout: 5_000 });
  }));
