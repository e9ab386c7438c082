/** The samples in what a server sends as sound: a WAV file in each piece, one WAV file in pieces, or bare samples. */
import { toFloat } from "../../audio/pcm.ts";
import { readWav } from "../../audio/wav.ts";

export interface Pcm {
  pcm: Float32Array<ArrayBuffer>;
  rate: number;
}

export interface SoundReader {
  /** @throws {Error} if a piece begins like a WAV file and is none with 16-bit samples. */
  push(bytes: Uint8Array<ArrayBuffer>): Pcm;
}

const RIFF = 0x52494646;

function isWav(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === RIFF;
}

/** @param rate Hertz of 16-bit mono samples that come without a header. */
export function soundReader(rate: number): SoundReader {
  let current = rate;
  /** The first half of a sample whose second half comes with the next piece. */
  let half: number[] = [];
  return {
    push(bytes) {
      if (isWav(bytes)) {
        const { pcm, rate } = readWav(bytes);
        current = rate;
        half = bytes.length % 2 === 1 ? [bytes.at(-1)!] : [];
        return { pcm, rate };
      }
      const all = half.length > 0 ? joined(half, bytes) : bytes;
      const samples = new Int16Array(Math.floor(all.length / 2));
      const view = new DataView(all.buffer, all.byteOffset);
      for (let n = 0; n < samples.length; n++) samples[n] = view.getInt16(2 * n, true);
      half = all.length % 2 === 1 ? [all.at(-1)!] : [];
      return { pcm: toFloat(samples), rate: current };
    },
  };
}

function joined(half: number[], bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(half.length + bytes.length);
  all.set(half);
  all.set(bytes, half.length);
  return all;
}
