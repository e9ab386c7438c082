/** A caller in a real browser: opens the page, presses Start, and everything it says, hears and sees is recorded. */
import type { Browser, Page } from "npm:playwright-core@1.65.1";

export interface PictureSeen {
  /** Milliseconds of `performance.now()` in the page. */
  time: number;
  mediaTime: number;
  /** Mean change of the mouth's crop since the picture before, 0..255. */
  change: number;
  width: number;
  height: number;
}

/** Microphone and reply, sample by sample on one clock. */
export interface Recording {
  rate: number;
  mic: Float32Array;
  reply: Float32Array;
  frames: PictureSeen[];
  /** `performance.now()` of the page at sample 0, within some ten milliseconds. */
  startedAt: number;
}

export interface Caller extends AsyncDisposable {
  readonly page: Page;
  /** Presses Start and waits until the call is live. */
  start(): Promise<void>;
  /** Presses End and waits until it is over. */
  end(): Promise<void>;
  recording(): Promise<Recording>;
  /** Pictures the browser has received since the call began, and the page's `performance.now()`. */
  received(): Promise<{ pictures: number; at: number }>;
  /** The captions as they stand. */
  captions(): Promise<{ user: string; reply: string }>;
}

const script = await Deno.readTextFile(new URL("./page_recorder.js", import.meta.url));

/** Opens the page in a context of its own; `language` as the browser's. */
export async function openCaller(browser: Browser, url: string, language = "en-US"): Promise<Caller> {
  const context = await browser.newContext({
    permissions: ["microphone"],
    bypassCSP: true,
    ignoreHTTPSErrors: true,
    locale: language,
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  await page.addInitScript({ content: script });
  await page.goto(url);
  const state = (wanted: string) =>
    page.waitForSelector(`[data-state="${wanted}"]`, { timeout: 30_000 }).then(() => undefined);
  return {
    page,
    async start() {
      await page.getByRole("button", { name: /^(Start|开始)$/ }).click();
      await state("live");
    },
    async end() {
      await page.getByRole("button", { name: /^(End|结束)$/ }).click();
      await state("idle");
    },
    recording: () => readRecording(page),
    received: () =>
      page.evaluate(async () => {
        // deno-lint-ignore no-explicit-any
        const stats = await (globalThis as any).__recorder.peer.getStats();
        // deno-lint-ignore no-explicit-any
        const video = [...stats.values()].find((s: any) => s.type === "inbound-rtp" && s.kind === "video");
        return { pictures: video?.framesReceived ?? 0, at: performance.now() };
      }),
    captions: () =>
      page.evaluate(() => ({
        user: document.querySelector("#caption-user")?.textContent ?? "",
        reply: document.querySelector("#caption-reply")?.textContent ?? "",
      })),
    async [Symbol.asyncDispose]() {
      await context.close();
    },
  };
}

async function readRecording(page: Page): Promise<Recording> {
  const raw = await page.evaluate(() => {
    // deno-lint-ignore no-explicit-any
    const { rate, mic, reply, frames, startedAt } = (globalThis as any).__recorder;
    const pack = (chunks: Float32Array[]) => {
      const all = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      let at = 0;
      for (const chunk of chunks) for (const x of chunk) all[at++] = Math.max(-1, Math.min(1, x)) * 32767;
      const bytes = new Uint8Array(all.buffer);
      let text = "";
      for (let i = 0; i < bytes.length; i += 32768) {
        text += String.fromCharCode(...bytes.subarray(i, i + 32768));
      }
      return btoa(text);
    };
    return { rate, mic: pack(mic), reply: pack(reply), frames, startedAt };
  });
  const unpack = (text: string) => {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return Float32Array.from(new Int16Array(bytes.buffer), (x) => x / 32768);
  };
  return { ...raw, mic: unpack(raw.mic), reply: unpack(raw.reply) };
}
