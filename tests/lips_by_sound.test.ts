/**
 * The network of the lips (src/handlers/tts/lips.onnx) on voices that it was not trained on: flite's slt, and a human
 * reader. The mouth it gives is compared with the mouth that the phoneme times give.
 */
import assert from "node:assert/strict";
import * as v from "valibot";
import {
  compare,
  comparison,
  type Figures,
  figuresOf,
  follow,
  segmentsOf,
} from "../scripts/train_lips/figures.ts";
import { readWav } from "../src/audio/wav.ts";
import type { Frame } from "../src/engine/frame.ts";
import { LIPS } from "../src/handlers/tts/mouthing.ts";
import { mouthingByLoudness } from "../src/handlers/tts/mouthing_loudness.ts";
import { openLipsNet } from "../src/handlers/tts/mouthing_net.ts";
import { mouthingByNet } from "../src/handlers/tts/mouthing_stream.ts";
import { handler as tts } from "../src/handlers/tts/openai.ts";
import { startHost } from "../src/workers/host.ts";
import voices from "./voices/voices.json" with { type: "json" };

type Span = [phoneme: string, start: number, end: number];

const net = await openLipsNet(LIPS);
Deno.test.afterAll(async () => await net[Symbol.asyncDispose]());

/** Of the recordings whose names begin so. */
async function figures(name: string, open = () => mouthingByNet(net, () => 0)): Promise<Figures> {
  const result = comparison();
  const { _, ...recordings } = voices;
  for (const [key, { spans }] of Object.entries(recordings)) {
    if (!key.startsWith(name)) continue;
    const folder = name === "slt" ? "voices" : "recordings";
    const { pcm, rate } = readWav(await Deno.readFile(new URL(`${folder}/${key}.wav`, import.meta.url)));
    const truth = segmentsOf((spans as Span[]).map(([phoneme, start, end]) => ({ phoneme, start, end })));
    compare(result, truth, segmentsOf(await follow(open(), pcm, rate)), pcm.length / rate);
  }
  return figuresOf(result);
}

// The goal of 0.75 and 80 % is reached with the sentences of slt here, which have the most closures of 40; the reader is
// held to what was measured, see scripts/train_lips/README.md.
const voicesHeard = [
  { name: "slt", voice: "a synthetic woman", least: { jaw: 0.75, recall: 0.8, precision: 0.5 } },
  { name: "austen", voice: "a human reader", least: { jaw: 0.7, recall: 0.65, precision: 0.6 } },
];
for (const { name, voice, least } of voicesHeard) {
  Deno.test(`lips by sound: the jaw and the closures of ${voice} whom the network never heard`, async () => {
    const { jaw, recall, precision } = await figures(name);
    const said = `jaw ${jaw.toFixed(2)}, closures found ${recall.toFixed(2)}, right ${precision.toFixed(2)}`;
    assert.ok(jaw >= least.jaw, said);
    assert.ok(recall >= least.recall, said);
    assert.ok(precision >= least.precision, said);
    const loud = await figures(name, mouthingByLoudness);
    assert.ok(jaw > loud.jaw + 0.2, `by loudness ${loud.jaw.toFixed(2)}`);
  });
}

Deno.test("lips by sound: the worker of a voice elsewhere may load the network, and tells its shapes with the sound", async () => {
  const { pcm, rate } = readWav(await Deno.readFile(new URL("recordings/austen-0890.wav", import.meta.url)));
  const sound = Int16Array.from(pcm, (value) => Math.round(value * 32_767));
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    ({ url }) =>
      url.endsWith("/audio/speech")
        ? new Response(sound, { headers: { "content-type": "audio/pcm" } })
        : Response.json({ data: [{ id: "voice" }] }),
  );
  const lines: string[] = [], out: Frame[] = [];
  const note = (line: string) => void lines.push(line);
  const base_url = `http://127.0.0.1:${server.addr.port}/v1`;
  await using host = await startHost({
    position: { name: tts.name, handler: tts, config: v.parse(tts.config, { base_url, sample_rate: rate }) },
    folders: { modelRoot: `${Deno.cwd()}/models`, avatarRoot: `${Deno.cwd()}/static/avatars` },
    log: { debug() {}, info() {}, warn: note, error: note },
    deliver: (frame) => Promise.resolve(void out.push(frame)),
    spent() {},
    died: note,
  });
  await host.open({ id: "a", video: null }, performance.timeOrigin + performance.now());
  await host.post({
    kind: "text.reply",
    delta: "Unless.",
    last: true,
    session: "a",
    turn: 1,
    epoch: 0,
    at: 0,
  });
  const ended = () => out.some((frame) => frame.kind === "audio.reply" && frame.last);
  for (let n = 0; n < 1000 && !ended(); n++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(lines, []);
  const spans = out.flatMap((frame) => frame.kind === "phonemes" ? frame.spans : []);
  assert.ok(new Set(spans.map(({ phoneme }) => phoneme)).size > 8, "loudness knows but five");
  assert.ok(Math.abs(spans.at(-1)!.end - pcm.length / rate) < 1e-6);
});
