/** Sound as speech servers stream it: 16-bit samples, little endian, mono, cut anywhere. */
import { toFloat } from "../../audio/pcm.ts";

/** Bytes of a WAV header in which the samples must begin. */
const HEADER = 4096;

function indexOf(bytes: Uint8Array, name: string): number {
  const codes = Array.from(name, (letter) => letter.charCodeAt(0));
  return bytes.findIndex((_, at) => codes.every((code, n) => bytes[at + n] === code));
}

function join(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Without the header that some servers send all the same; null while it is not whole. */
function withoutHeader(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  if (bytes.length < 4) return null;
  if (indexOf(bytes.subarray(0, 4), "RIFF") !== 0) return bytes;
  const data = indexOf(bytes.subarray(0, HEADER), "data");
  if (data >= 0 && bytes.length >= data + 8) return bytes.slice(data + 8);
  if (bytes.length >= HEADER) throw new Error("The WAV file that came has no samples in its first 4 KiB");
  return null;
}

/** The samples as floats in -1..1, in the pieces they come in. A WAV header in front is passed over. */
export async function* samples(
  body: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  let begun = false;
  let pending: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  for await (const chunk of body) {
    pending = join(pending, chunk);
    if (!begun) {
      const sound = withoutHeader(pending);
      if (sound === null) continue;
      [pending, begun] = [sound, true];
    }
    const even = pending.length - pending.length % 2;
    if (even === 0) continue;
    // A copy, because samples must lie on even addresses.
    yield toFloat(new Int16Array(pending.slice(0, even).buffer));
    pending = pending.slice(even);
  }
}
