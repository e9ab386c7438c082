import assert from "node:assert/strict";
import { concat, decibels, rms } from "../audio/pcm.ts";
import { Resampler } from "../audio/resample.ts";
import { readWav } from "../audio/wav.ts";
import { createOpusDecoder, createOpusEncoder, type OpusEncoder } from "./opus.ts";

const SAMPLES = 960;
const SILENCE = new Float32Array(SAMPLES);

const { pcm, rate } = readWav(
  await Deno.readFile(new URL("../../tests/recordings/austen-0880.wav", import.meta.url)),
);

/** Real speech as packets' samples, 48 kHz. */
function speech(): Float32Array[] {
  const whole = new Resampler(rate, 48_000).push(pcm);
  return Array.from(
    { length: Math.floor(whole.length / SAMPLES) },
    (_, n) => whole.subarray(n * SAMPLES, (n + 1) * SAMPLES),
  );
}

/** What a caller hears of these. */
function decoded(packets: readonly Uint8Array[]): Float32Array {
  using decoder = createOpusDecoder();
  return concat(packets.map((packet) => decoder.decode(packet)));
}

const encode = (encoder: OpusEncoder, runs: readonly Float32Array[]) =>
  runs.map((pcm) => encoder.encode(pcm));

Deno.test("opus: silence takes three bytes a packet from the eleventh on, and nothing of the speech before is left", () => {
  using encoder = createOpusEncoder();
  const said = encode(encoder, speech());
  const quiet = encode(encoder, Array(100).fill(SILENCE));
  assert.equal(quiet.findIndex(({ length }) => length === 3), 10);
  assert.ok(quiet.slice(10).every(({ length }) => length === 3));
  const heard = decoded([...said, ...quiet]).subarray((said.length + 12) * 320);
  const loudest = heard.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  assert.ok(loudest < 10 ** (-80 / 20), `${decibels(loudest)} dBFS`);
});

Deno.test("opus: speech after silence sounds as it does in a call that begins with it", () => {
  const parts = speech();
  using encoder = createOpusEncoder();
  const before = [...encode(encoder, parts), ...encode(encoder, Array(100).fill(SILENCE))];
  const again = decoded([...before, ...encode(encoder, parts)]).subarray(before.length * 320);
  using fresh = createOpusEncoder();
  const once = decoded(encode(fresh, parts));
  assert.equal(again.length, once.length);
  const apart = rms(again.map((sample, n) => sample - once[n]));
  assert.ok(apart < rms(once) / 100, `${decibels(apart)} dB apart, the speech has ${decibels(rms(once))}`);
});

Deno.test("opus: a short pause is encoded as it is", () => {
  using encoder = createOpusEncoder();
  const parts = speech();
  const packets = encode(encoder, [...parts.slice(0, 50), ...Array(5).fill(SILENCE), ...parts.slice(50)]);
  assert.ok(packets.every(({ length }) => length > 3));
});
