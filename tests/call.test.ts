/**
 * The whole thing: a real server, a real Chromium whose microphone plays recorded speech, and what the caller sees and
 * hears. Nothing is faked but the person.
 */
import assert from "node:assert/strict";
import { launchBrowser } from "./browser.ts";
import { type Caller, openCaller, type Recording } from "./caller.ts";
import { compose, type Line, recording } from "./dialogue.ts";
import { serve, type Served, sources } from "./served.ts";
import { openTranscriber } from "./transcribe.ts";
import { voiced } from "./voiced.ts";
import { wordErrorRate } from "./word_error_rate.ts";

const LEAD = 5;
const ANSWER = 8;
const seconds = (s: number) => new Promise((resolve) => setTimeout(resolve, s * 1000));

async function microphone(...names: string[]): Promise<{ file: string; lines: Line[] }> {
  const { wav, lines } = compose(await Promise.all(names.map(recording)), LEAD, ANSWER);
  const file = await Deno.makeTempFile({ suffix: ".wav" });
  await Deno.writeFile(file, wav);
  return { file, lines };
}

/** Waits until the caption of the caller's words is final and an answer has been heard to its end. */
async function answered(caller: Caller): Promise<{ user: string; reply: string }> {
  await caller.page.waitForSelector('[data-mood="speaking"]', { timeout: 30_000 });
  await caller.page.waitForSelector('[data-mood="listening"]', { timeout: 30_000 });
  return await caller.captions();
}

/** Mean change of the mouth per picture, while the reply sounds and while it does not. */
function mouth({ frames, reply, rate, startedAt }: Recording): { speaking: number; silent: number } {
  const spans = voiced(reply, rate);
  const sum = { speaking: [0, 0], silent: [0, 0] };
  for (const { time, change } of frames) {
    const at = (time - startedAt) / 1000;
    const near = spans.some(({ start, end }) => at > start - 0.4 && at < end + 0.4);
    const inside = spans.some(({ start, end }) => at > start + 0.1 && at < end - 0.1);
    if (near && !inside) continue;
    const bin = inside ? sum.speaking : sum.silent;
    bin[0] += change;
    bin[1]++;
  }
  return { speaking: sum.speaking[0] / sum.speaking[1], silent: sum.silent[0] / sum.silent[1] };
}

/** What became of the pictures of the call that is over, as the server's log tells. */
async function picturesOf({ lines }: Served): Promise<{ sent: number; skippedTicks: number }> {
  for (let tries = 0; tries < 50; tries++) {
    const told = lines.findLast((line) => line.includes(" is over: "))?.match(/\{.*\}/);
    if (told) return JSON.parse(told[0]).out.pictures;
    await seconds(0.1);
  }
  throw new Error("The log does not tell of the end of the call.");
}

interface Setting {
  server: Served;
  lines: Line[];
  /** Another page of the same browser; each hears the same microphone. */
  open(): Promise<Caller>;
}

/** A server, and a browser whose microphone plays this recording. */
async function withCallers(name: string, work: (setting: Setting) => Promise<void>): Promise<void> {
  const { file, lines } = await microphone(name);
  try {
    await using server = await serve();
    await using browser = await launchBrowser({ microphone: file });
    await work({ server, lines, open: () => openCaller(browser.browser, server.url) });
  } finally {
    await Deno.remove(file);
  }
}

// The browser driver keeps timers and pipes of its own while it runs.
const options = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "call: a spoken sentence is captioned, answered in sound, and the mouth moves with it",
  options,
  () =>
    withCallers("austen-0930", async ({ server, lines, open }) => {
      await using caller = await open();
      await caller.start();
      const live = performance.now();
      const { user, reply } = await answered(caller);
      await seconds(1);
      const record = await caller.recording();
      const { pictures: received } = await caller.received();
      await caller.end();
      const asked = 25 * (performance.now() - live) / 1000;
      assert.ok(wordErrorRate(lines[0].text, user) <= 0.15, `The caption is "${user}".`);

      const spans = voiced(record.reply, record.rate, { gap: 1.5 });
      assert.equal(spans.length, 1, "one answer, and silence around it");
      const [from, to] = [spans[0].start - 0.2, spans[0].end + 0.2].map((s) => Math.round(s * record.rate));
      await using ears = await openTranscriber();
      const heard = await ears.transcribe(record.reply.slice(from, to), record.rate);
      assert.ok(wordErrorRate(reply, heard) <= 0.2, `The caption says "${reply}", the sound "${heard}".`);

      // On a busy machine pictures are left out, by both sides' account; on the way none is lost.
      const { sent, skippedTicks } = await picturesOf(server);
      assert.ok(received >= 0.96 * sent, `${received} pictures arrived, ${sent} were sent.`);
      assert.ok(sent + skippedTicks >= 0.96 * asked, `${sent} and ${skippedTicks} of ${asked.toFixed(0)}`);
      assert.ok(sent >= 0.5 * asked, `${sent} of ${asked.toFixed(0)} pictures were sent.`);
      const { speaking, silent } = mouth(record);
      assert.ok(
        speaking > 2.5 * silent,
        `The mouth changes by ${speaking} while it speaks and by ${silent} in silence.`,
      );
    }),
);

Deno.test(
  "call: it ends by its button, and a second one and one after a reload work",
  options,
  () =>
    withCallers("go-forward", async ({ open }) => {
      await using caller = await open();
      for (let round = 1; round <= 3; round++) {
        if (round === 3) await caller.page.reload();
        await caller.start();
        const { user, reply } = await answered(caller);
        assert.match(user, /forward/i, `round ${round}`);
        assert.notEqual(reply, "", `round ${round}`);
        await caller.end();
      }
    }),
);

Deno.test(
  "call: two pages talk at once and hear their own answers",
  options,
  () =>
    withCallers("austen-0890", async ({ open }) => {
      await using one = await open();
      await using two = await open();
      await Promise.all([one.start(), two.start()]);
      for (const { user, reply } of await Promise.all([answered(one), answered(two)])) {
        assert.match(user, /selfish/i);
        assert.notEqual(reply, "");
      }
    }),
);

Deno.test(
  "call: a typed line is answered, and a tab that is closed gives its place back within a second",
  options,
  () =>
    withCallers("go-forward", async ({ server, open }) => {
      const places = async () => (await (await fetch(`${server.url}/healthz`)).json()).calls as number;
      {
        await using caller = await open();
        await caller.start();
        const line = caller.page.getByRole("textbox");
        await line.fill("What is your name?");
        await line.press("Enter");
        const { reply } = await answered(caller);
        assert.notEqual(reply, "");
        assert.equal(await places(), 1);
      }
      const closed = performance.now();
      while (await places() > 0 && performance.now() - closed < 5000) await seconds(0.05);
      const took = performance.now() - closed;
      assert.ok(took < 1000, `The place was free after ${took.toFixed(0)} ms.`);
    }),
);

/** Every process of the browser that this test started; the server is a child of the test too and left out. */
function browserProcesses(): number[] {
  const parents = new Map<number, number>();
  const browsers: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      parents.set(Number(name), Number(stat.split(") ").at(-1)!.split(" ")[1]));
      if (/chrom|headless_shell/.test(Deno.readTextFileSync(`/proc/${name}/cmdline`))) {
        browsers.push(Number(name));
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid === Deno.pid || (!!pid && isOurs(parents.get(pid)));
  return browsers.filter(isOurs);
}

Deno.test(
  "call: a browser whose network dies is noticed within seven seconds",
  options,
  () =>
    withCallers("go-forward", async ({ server, open }) => {
      await using caller = await open();
      await caller.start();
      await seconds(2);
      const places = async () => (await (await fetch(`${server.url}/healthz`)).json()).calls as number;
      assert.equal(await places(), 1);
      const stopped = browserProcesses();
      assert.ok(stopped.length > 0);
      const since = performance.now();
      // A stopped browser answers nothing and closes nothing, as one whose network is gone.
      for (const pid of stopped) Deno.kill(pid, "SIGSTOP");
      try {
        while (await places() > 0 && performance.now() - since < 15_000) await seconds(0.1);
      } finally {
        for (const pid of stopped) Deno.kill(pid, "SIGCONT");
      }
      const took = performance.now() - since;
      assert.ok(took < 7000, `The place was free after ${(took / 1000).toFixed(1)} s.`);
    }),
);

Deno.test("call: whoever comes before the models are loaded is told so, and gets in", options, async () => {
  const { file } = await microphone("go-forward");
  try {
    await using browser = await launchBrowser({ microphone: file });
    await using server = await serve([], sources([]), "Listening");
    const health = await fetch(`${server.url}/healthz`);
    assert.deepEqual([health.status, (await health.json()).ok], [503, false]);
    await using caller = await openCaller(browser.browser, server.url);
    const words: string[] = [];
    await caller.page.exposeFunction("noteWord", (word: string) => words.push(word));
    await caller.page.evaluate(() => {
      const note = (globalThis as unknown as { noteWord(word: string): void }).noteWord;
      new MutationObserver(() => note(document.querySelector(".word")?.textContent ?? ""))
        .observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await caller.start();
    assert.ok(words.includes("Waking up…"), words.join());
    assert.equal((await fetch(`${server.url}/healthz`).then((health) => health.json())).ok, true);
  } finally {
    await Deno.remove(file);
  }
});
