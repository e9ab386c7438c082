/**
 * WAV files with 16-bit samples, after "Multimedia Programming Interface and Data Specifications 1.0" (IBM and
 * Microsoft, 1991) and, for the extensible header, Microsoft's `WAVEFORMATEXTENSIBLE`.
 */
import { toFloat, toInt16 } from "./pcm.ts";

const PCM = 1;
const EXTENSIBLE = 0xfffe;
const HEADER = 44;

interface Format {
  channels: number;
  rate: number;
}

function name(view: DataView, at: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16 || at + size > view.byteLength) {
    throw new Error('The "fmt " chunk of the WAV file is cut short');
  }
  let code = view.getUint16(at, true);
  // The real format is the first field of the sub-format's identifier.
  if (code === EXTENSIBLE && size >= 40) code = view.getUint16(at + 24, true);
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (code !== PCM || bits !== 16) {
    throw new Error(`Expected a WAV file with 16-bit PCM (format 1), got format ${code} with ${bits} bits`);
  }
  if (channels === 0 || rate === 0) {
    throw new Error(`Expected a WAV file with sound, got ${channels} channels at ${rate} Hz`);
  }
  return { channels, rate };
}

/** The mean of the channels, which lie interleaved. */
function mix(samples: Float32Array<ArrayBuffer>, channels: number): Float32Array<ArrayBuffer> {
  if (channels === 1) return samples;
  const mono = new Float32Array(Math.floor(samples.length / channels));
  for (let n = 0; n < mono.length; n++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[n * channels + channel];
    mono[n] = sum / channels;
  }
  return mono;
}

/**
 * Reads a WAV file; several channels are mixed down to one.
 *
 * @param bytes The file. A data chunk that claims more than the file holds (a recorder that was cut off, or one
 * that wrote to a pipe) is read as far as it goes.
 * @returns Mono samples in -1..1 and their rate in Hz.
 * @throws {Error} if it is not a WAV file, not 16-bit PCM, or has no sound.
 */
export function readWav(bytes: Uint8Array): { pcm: Float32Array<ArrayBuffer>; rate: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || name(view, 0) !== "RIFF" || name(view, 8) !== "WAVE") {
    throw new Error('Expected a WAV file, which begins with "RIFF" and "WAVE"');
  }
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = name(view, at);
    const size = view.getUint32(at + 4, true);
    at += 8;
    if (id === "fmt ") format = readFormat(view, at, size);
    if (id === "data") {
      if (!format) throw new Error('The WAV file has its "data" chunk before its "fmt " chunk');
      const samples = new Int16Array(Math.floor(Math.min(size, bytes.length - at) / 2));
      for (let n = 0; n < samples.length; n++) samples[n] = view.getInt16(at + 2 * n, true);
      return { pcm: mix(toFloat(samples), format.channels), rate: format.rate };
    }
    at += size + size % 2;
  }
  throw new Error('The WAV file has no "data" chunk');
}

/** Writes mono samples (-1..1, clipped beyond) at `rate` Hz as a WAV file with 16-bit PCM. */
export function writeWav(pcm: Float32Array, rate: number): Uint8Array<ArrayBuffer> {
  const samples = toInt16(pcm);
  const bytes = new Uint8Array(HEADER + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("RIFF\0\0\0\0WAVEfmt "), 0);
  view.setUint32(4, bytes.length - 8, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  bytes.set(new TextEncoder().encode("data"), 36);
  view.setUint32(40, 2 * samples.length, true);
  for (let n = 0; n < samples.length; n++) view.setInt16(HEADER + 2 * n, samples[n], true);
  return bytes;
}
