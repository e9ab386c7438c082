/**
 * Whole conversations in a real Chromium with ears, brain and voice on real servers, as `configs/openai_compatible.yaml`
 * has them: spoken to, killed in mid-answer, back again. What no real server here can do, see or be asked for by name,
 * a fake one stands for.
 */
import assert from "node:assert/strict";
import { writeWav } from "../src/audio/wav.ts";
import { launchBrowser } from "./browser.ts";
import { type Caller, openCaller } from "./caller.ts";
import { compose, recording } from "./dialogue.ts";
import { said, startFakeChat } from "./fake_chat.ts";
import { freePort, serve, sources } from "./served.ts";
import { startChat, startSpeech } from "./servers.ts";
import { openTranscriber } from "./transcribe.ts";
import { voiced } from "./voiced.ts";
import { wordErrorRate } from "./word_error_rate.ts";

const options = { sanitizeOps: false, sanitizeResources: false };
const CONFIG = "configs/openai_compatible.yaml";
/** Without them, and with chance at work, the small model may well answer "No, no, no, no". */
const EXAMPLES = JSON.stringify([
  { user: "Can you hear me?", reply: "Yes, I can hear you very well." },
  { user: "I went for a walk today.", reply: "That sounds lovely! Where did you go?" },
]);

/** Where the handlers of the preset find their servers. */
function addresses(urls: Record<"ASR" | "LLM" | "TTS", string>, more: Record<string, string> = {}) {
  const program = sources(["--config", CONFIG]);
  const env: Record<string, string> = { ...program.env };
  const name = (handler: string, key: string) => `OAC_CHAT_ENGINE_HANDLER_CONFIGS_${handler}_${key}`;
  for (const [kind, url] of Object.entries(urls)) env[name(`${kind}_OPENAI`, "BASE_URL")] = url;
  for (const [key, value] of Object.entries(more)) env[name(...key.split(".") as [string, string])] = value;
  return { ...program, env };
}

async function microphone(name: string | null): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".wav" });
  const wav = name === null
    ? writeWav(new Float32Array(16_000), 16_000)
    : compose([await recording(name)], 5, 8).wav;
  await Deno.writeFile(file, wav);
  return file;
}

async function type({ page }: Caller, text: string): Promise<void> {
  await page.getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
}

const speaks = ({ page }: Caller) => page.waitForSelector('[data-mood="speaking"]', { timeout: 40_000 });
const listens = ({ page }: Caller) => page.waitForSelector('[data-mood="listening"]', { timeout: 40_000 });

Deno.test(
  "remote call: heard, answered and spoken by servers; one that is killed is told of, and missed no longer than it is gone",
  options,
  async () => {
    const port = freePort();
    const file = await microphone("austen-0890");
    let chat = await startChat({ port });
    try {
      await using speech = await startSpeech();
      const program = addresses(
        { ASR: speech.url, LLM: chat.url, TTS: speech.url },
        {
          "TTS_OPENAI.SAMPLE_RATE": "22050",
          "LLM_OPENAI.MAX_TOKENS": "40",
          "LLM_OPENAI.TEMPERATURE": "0",
          "LLM_OPENAI.EXAMPLES": EXAMPLES,
        },
      );
      await using server = await serve(["--config", CONFIG], program);
      await using browser = await launchBrowser({ microphone: file });
      await using caller = await openCaller(browser.browser, server.url);
      await caller.start();
      await speaks(caller);
      await listens(caller);
      const { user, reply } = await caller.captions();
      assert.ok(
        wordErrorRate((await recording("austen-0890")).text, user) <= 0.2,
        `The caption is "${user}".`,
      );
      const record = await caller.recording();
      await using ears = await openTranscriber();
      const heard = await ears.transcribe(record.reply, record.rate);
      assert.ok(wordErrorRate(reply, heard) <= 0.3, `The caption says "${reply}", the sound "${heard}".`);
      assert.ok(
        record.frames.some(({ change }) => change > 1),
        "the mouth moves with a voice that tells no phonemes",
      );

      await type(caller, "Tell me a long story about a boat.");
      await speaks(caller);
      await chat.kill();
      await type(caller, "And what then?");
      await caller.page.waitForSelector('.notice[data-fault="server"]', { timeout: 30_000 });
      await caller.page.waitForFunction(
        () => /sorry/i.test(document.querySelector("#caption-reply")?.textContent ?? ""),
        undefined,
        { timeout: 30_000 },
      );
      await listens(caller);

      chat = await startChat({ port });
      await type(caller, "What is your name?");
      await caller.page.waitForFunction(
        () => {
          const caption = document.querySelector<HTMLElement>("#caption-reply");
          return caption?.dataset.final === "true" && !/sorry/i.test(caption.textContent ?? "");
        },
        undefined,
        { timeout: 60_000 },
      );
      assert.match((await caller.captions()).reply, /\p{L}/u);
    } finally {
      await chat.kill();
      await Deno.remove(file);
    }
  },
);

Deno.test(
  "remote call: the camera's picture and what was said in an earlier call reach the model (fake brain)",
  options,
  async () => {
    await using brain = startFakeChat(() => said("I see you well."));
    const file = await microphone(null);
    try {
      await using speech = await startSpeech();
      const program = addresses(
        { ASR: speech.url, LLM: brain.url, TTS: speech.url },
        { "TTS_OPENAI.SAMPLE_RATE": "22050", "LLM_OPENAI.CAMERA": "true" },
      );
      await using server = await serve(["--config", CONFIG], program);
      await using browser = await launchBrowser({ microphone: file });
      await using caller = await openCaller(browser.browser, server.url);
      await caller.page.context().grantPermissions(["microphone", "camera"]);
      await caller.page.getByRole("button", { name: "Settings" }).click();
      await caller.page.getByLabel("Remember me in the next call").check();
      await caller.page.keyboard.press("Escape");
      await caller.start();
      await caller.page.getByRole("button", { name: "Show yourself by camera" }).click();
      await caller.page.waitForSelector("video.self");
      // A picture a second: one has arrived by then.
      await new Promise((done) => setTimeout(done, 2_500));
      await type(caller, "What do you see?");
      await speaks(caller);
      await listens(caller);
      const content = brain.requests.at(-1)!.messages.at(-1).content;
      const picture = content.find((part: { type: string }) => part.type === "image_url").image_url
        .url as string;
      assert.match(picture, /^data:image\/jpeg;base64,\/9j\//);
      assert.ok(picture.length > 2_000, "it is more than a blank");
      await caller.end();

      await caller.page.reload();
      await caller.start();
      await type(caller, "Do you know me?");
      await speaks(caller);
      const texts = JSON.stringify(brain.requests.at(-1)!.messages);
      assert.match(texts, /What do you see\?.*I see you well\..*Do you know me\?/);
      await listens(caller);
      await caller.page.getByRole("button", { name: "Settings" }).click();
      await caller.page.getByRole("button", { name: "Forget what was said" }).click();
      await type(caller, "And now?");
      await caller.page.waitForFunction(() =>
        document.querySelector("#caption-user")?.textContent === "And now?"
      );
      await speaks(caller);
      assert.doesNotMatch(JSON.stringify(brain.requests.at(-1)!.messages), /What do you see|Do you know me/);
      assert.equal(await caller.page.evaluate(() => localStorage.getItem("open-avatar-chat.memory")), null);
    } finally {
      await Deno.remove(file);
    }
  },
);

Deno.test(
  "remote call: a voice server that is gone is shown, and the call goes on in writing",
  options,
  async () => {
    await using brain = startFakeChat(() => said("This will not be heard."));
    const file = await microphone(null);
    try {
      const speech = await startSpeech();
      const program = addresses(
        { ASR: speech.url, LLM: brain.url, TTS: speech.url },
        { "TTS_OPENAI.SAMPLE_RATE": "22050", "LLM_OPENAI.MAX_TOKENS": "40" },
      );
      await using server = await serve(["--config", CONFIG], program);
      await using browser = await launchBrowser({ microphone: file });
      await using caller = await openCaller(browser.browser, server.url);
      await caller.start();
      await speech.kill();
      await type(caller, "Hello?");
      await caller.page.waitForSelector('.notice[data-fault="server"]', { timeout: 30_000 });
      await listens(caller);
      const { reply, rate } = await caller.recording();
      assert.deepEqual(voiced(reply, rate), []);
      assert.equal(await caller.page.getAttribute("[data-state]", "data-state"), "live");
    } finally {
      await Deno.remove(file);
    }
  },
);
