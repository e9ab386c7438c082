/**
 * A whole call with a model that hears and speaks by itself, which a server of recorded shape stands for: no ASR handler
 * and no TTS handler, real workers with their rights, a real Chromium.
 */
import assert from "node:assert/strict";
import { resample } from "../src/audio/resample.ts";
import { readWav } from "../src/audio/wav.ts";
import { launchBrowser } from "./browser.ts";
import { openCaller } from "./caller.ts";
import { spoken } from "./conversing.ts";
import { compose, recording } from "./dialogue.ts";
import { serveOmni } from "./omni_server.ts";
import { serve } from "./served.ts";
import { openTranscriber } from "./transcribe.ts";
import { voiced } from "./voiced.ts";
import { wordErrorRate } from "./word_error_rate.ts";

const TEXT =
  "I hear you very well, and I will tell you a story about the sea. Once upon a time there was a small boat. " +
  "It went far away, and nobody knew where it had gone.";
const LEAD = 5;
/** The second question comes in the middle of the answer to the first. */
const PAUSE = 4;

const settings = (url: string) => `
chat_engine:
  handler_configs:
    SileraVad: {}
    SmartTurn: {}
    S2S_MiniCPM: { engine: server, base_url: "${url}", audio_out: true, transcripts: none }
    Tts2Face: {}
`;

Deno.test(
  "minicpm call: spoken to, it answers in its own voice, and falls silent when it is interrupted",
  { sanitizeOps: false, sanitizeResources: false },
  async () => {
    const [pcm] = await spoken(TEXT);
    const speech = { text: TEXT, pcm: resample(pcm, 22_050, 24_000), rate: 24_000 };
    const { wav } = compose([await recording("austen-0930"), await recording("austen-0880")], LEAD, PAUSE);
    const [file, config] = [
      await Deno.makeTempFile({ suffix: ".wav" }),
      await Deno.makeTempFile({ suffix: ".yaml" }),
    ];
    await using omni = serveOmni("modality", speech);
    await Deno.writeFile(file, wav);
    await Deno.writeTextFile(config, settings(omni.url));
    await using server = await serve(["--config", config]);
    await using browser = await launchBrowser({ microphone: file });
    await using caller = await openCaller(browser.browser, server.url);
    await caller.start();
    await caller.page.waitForSelector('[data-mood="speaking"]', { timeout: 30_000 });
    const { user } = await caller.captions();
    assert.match(user, /^🎤 \d\.\d s$/u);
    for (let n = 0; n < 300 && omni.told.length < 2; n++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(omni.told.length >= 2, server.lines.join("\n"));
    // At a pause within the question an answer is begun and dropped: the last one told is the whole question.
    await caller.page.waitForSelector('[data-mood="speaking"]', { timeout: 30_000 });
    const told = omni.told.at(-1)!;
    // What was heard of the first answer is its beginning.
    const messages = told.messages;
    const heard = String(messages.at(-2)!.content);
    assert.ok(TEXT.startsWith(heard) && heard.length > 10 && heard.length < 0.8 * TEXT.length, heard);
    const [part] = messages.at(-1)!.content as { input_audio: { data: string } }[];
    const question = readWav(Uint8Array.fromBase64(part.input_audio.data));
    await using ears = await openTranscriber();
    const words = await ears.transcribe(question.pcm, question.rate);
    assert.ok(
      wordErrorRate((await recording("austen-0880")).text, words) <= 0.34,
      `The server heard "${words}".`,
    );

    const record = await caller.recording();
    const first = voiced(record.reply, record.rate, { gap: 1 })[0];
    const said = record.reply.slice(
      Math.round(first.start * record.rate),
      Math.round(first.end * record.rate),
    );
    const caption = await ears.transcribe(said, record.rate);
    assert.ok(first.end - first.start < 0.8 * speech.pcm.length / speech.rate, "it went on");
    assert.match(caption, /^I hear you very well/i);
    await Promise.all([Deno.remove(file), Deno.remove(config)]);
  },
);
