import assert from "node:assert/strict";
import { readWav } from "../../audio/wav.ts";
import type { PhonemeSpan } from "../../engine/frame.ts";
import { BANDS, fbank } from "../asr/fbank.ts";
import { LIPS } from "./mouthing.ts";
import { openLipsNet, PAIR, SHAPES } from "./mouthing_net.ts";
import { mouthingByNet } from "./mouthing_stream.ts";
import reference from "./mouthing.reference.json" with { type: "json" };

const recording = new URL("../../../tests/recordings/austen-0930.wav", import.meta.url);
const { pcm, rate } = readWav(await Deno.readFile(recording));
const net = await openLipsNet(LIPS);
Deno.test.afterAll(async () => await net[Symbol.asyncDispose]());

/** Pieces of that many seconds; the clock stands still unless said otherwise, so that all sound lies ahead. */
async function shapes(seconds: number, now = () => 0): Promise<PhonemeSpan[][]> {
  const mouth = mouthingByNet(net, now);
  const spans: PhonemeSpan[][] = [];
  const step = Math.round(seconds * rate);
  for (let from = 0; from < pcm.length; from += step) {
    spans.push(await mouth.push(pcm.subarray(from, from + step), rate));
  }
  return [...spans, await mouth.finish()];
}

/** The spans at every hundredth of a second, joined. */
function looks(spans: PhonemeSpan[]): string[] {
  return Array.from({ length: Math.floor(100 * pcm.length / rate) }, (_, n) => {
    return spans.find(({ start, end }) => start <= n / 100 && n / 100 < end)?.phoneme ?? "?";
  });
}

Deno.test("the filter bank and the network give what they gave in Python (scripts/train_lips/reference.py)", async () => {
  const bank = fbank(pcm).subarray(0, 2 * reference.frames * BANDS);
  const picked = bank.filter((_, n) => n % reference.every === 0);
  assert.equal(picked.length, reference.bank.length);
  picked.forEach((value, n) => assert.ok(Math.abs(value - reference.bank[n]) <= 1e-4, `${n}: ${value}`));
  // In three pieces, the memory handed on; Python heard it at once.
  const borders = [0, 7, 60, reference.frames].map((frame) => frame * PAIR * BANDS);
  const rows: number[][] = [];
  let memory = net.begin();
  for (let n = 1; n < borders.length; n++) {
    const heard = await net.hear(bank.slice(borders[n - 1], borders[n]), memory);
    memory = heard.memory;
    for (let frame = 0; frame < heard.frames; frame++) {
      rows.push(Array.from(heard.likelihoods.subarray(frame * SHAPES.length, (frame + 1) * SHAPES.length)));
    }
  }
  reference.likelihoods.forEach((row, n) => {
    row.forEach((value, k) => assert.ok(Math.abs(value - rows[n * reference.step][k]) <= 1e-4, `${n}, ${k}`));
  });
});

Deno.test("shapes follow each other without a gap until the end, nearly the same however the sound is cut", async () => {
  const whole = (await shapes(10)).flat();
  const seconds = pcm.length / rate;
  for (const piece of [0.031, 0.4, 1]) {
    const spans = (await shapes(piece)).flat();
    assert.equal(spans[0].start, 0);
    spans.forEach(({ start, end }, n) => {
      assert.ok(start < end);
      if (n > 0) assert.equal(start, spans[n - 1].end);
    });
    assert.ok(Math.abs(spans.at(-1)!.end - seconds) < 1e-9);
    const expected = looks(whole);
    const same = looks(spans).filter((shape, n) => shape === expected[n]).length / expected.length;
    // Of the first 0.3 s nothing more lies ahead, so they are guessed from less.
    assert.ok(same > 0.9, `${piece} s: ${same}`);
  }
});

Deno.test("when sound comes no faster than it is heard, shapes are told at once", async () => {
  let clock = 0;
  const spans = await shapes(0.1, () => clock += 100);
  spans.slice(0, -1).forEach((told, n) => {
    const come = Math.min((n + 1) * 0.1, pcm.length / rate);
    assert.ok(come - (told.at(-1)?.end ?? 0) < 0.02, `piece ${n}`);
  });
});

Deno.test("silence has no shape, and no sound at all has no spans", async () => {
  const mouth = mouthingByNet(net, () => 0);
  const spans = [...await mouth.push(new Float32Array(24_000), 24_000), ...await mouth.finish()];
  assert.deepEqual(new Set(spans.map(({ phoneme }) => phoneme)), new Set([" "]));
  assert.deepEqual(await mouthingByNet(net).finish(), []);
});
