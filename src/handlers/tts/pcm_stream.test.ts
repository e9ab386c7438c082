import assert from "node:assert/strict";
import { concat } from "../../audio/pcm.ts";
import { writeWav } from "../../audio/wav.ts";
import { samples } from "./pcm_stream.ts";

const sound = Float32Array.from({ length: 99 }, (_, n) => Math.round(Math.sin(n) * 32_768 * 0.9) / 32_768);
const wav = writeWav(sound, 24_000);

async function read(bytes: Uint8Array<ArrayBuffer>, cut: number): Promise<Float32Array> {
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += cut) yield await Promise.resolve(bytes.slice(at, at + cut));
  };
  return concat(await Array.fromAsync(samples(pieces())));
}

Deno.test("pcm stream: samples are the same however they are cut, with a WAV header or without", async () => {
  for (const cut of [1, 3, 5, 64, 1000]) {
    assert.deepEqual(await read(wav.slice(44), cut), sound, `PCM, cut ${cut}`);
    assert.deepEqual(await read(wav, cut), sound, `WAV, cut ${cut}`);
  }
});
