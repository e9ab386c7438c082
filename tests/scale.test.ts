/** Two nodes behind a real balancer: calls land on both, and a call whose node dies goes on at the other one. */
import assert from "node:assert/strict";
import { writeWav } from "../src/audio/wav.ts";
import { startBalancer } from "./balancer.ts";
import { launchBrowser } from "./browser.ts";
import { openCaller } from "./caller.ts";
import { serve, type Served, sources } from "./served.ts";

const balanced = await new Deno.Command("haproxy", { args: ["-v"], stdout: "null" }).output()
  .then(({ success }) => success, () => false);

const FACELESS = { OAC_CHAT_ENGINE_HANDLER_CONFIGS_TTS2FACE_ENABLED: "false" };

function node(): Promise<Served> {
  const program = sources([]);
  return serve([], { ...program, env: { ...program.env, ...FACELESS } });
}

const callsOf = async ({ url }: Served) => (await (await fetch(`${url}/healthz`)).json()).calls as number;

async function until(what: () => Promise<boolean>, seconds: number): Promise<boolean> {
  for (let tenths = 0; tenths < 10 * seconds; tenths++) {
    if (await what()) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

Deno.test({
  name:
    "scale: calls land on both nodes, and one whose node dies goes on at the other, which is told what was said",
  ignore: !balanced,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using a = await node();
    await using b = await node();
    await using balancer = await startBalancer([a.url, b.url]);
    const microphone = await Deno.makeTempFile({ suffix: ".wav" });
    await Deno.writeFile(microphone, writeWav(new Float32Array(16_000), 16_000));
    await using browser = await launchBrowser({ microphone });
    await using one = await openCaller(browser.browser, balancer.url);
    await one.start();
    await using two = await openCaller(browser.browser, balancer.url);
    await two.start();
    assert.deepEqual([await callsOf(a), await callsOf(b)], [1, 1]);

    for (const caller of [one, two]) {
      await caller.page.getByRole("textbox").fill("What is your name?");
      await caller.page.keyboard.press("Enter");
      await caller.page.waitForSelector("#caption-reply[data-final=true]", { timeout: 30_000 });
    }
    Deno.kill(a.pid, "SIGKILL");
    assert.ok(
      await until(async () => await callsOf(b) === 2, 20),
      "both calls are with the node that is left",
    );
    for (const caller of [one, two]) {
      await caller.page.waitForSelector('[data-state="live"]', { timeout: 20_000 });
      await caller.page.getByRole("textbox").fill("And how are you?");
      await caller.page.keyboard.press("Enter");
      await caller.page.waitForSelector("#caption-reply[data-final=true]", { timeout: 30_000 });
      assert.match((await caller.captions()).reply, /\p{L}/u);
    }
  },
});
