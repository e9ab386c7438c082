/**
 * Opus (RFC 6716) as WebAssembly. The package's main entry would load a native addon, which must not happen on the
 * thread that paces media; therefore its `wasm` folder is imported by name.
 */
import { Decoder as WasmDecoder, Encoder as WasmEncoder } from "@evan/opus/wasm/index.mjs";
import { toFloat, toInt16 } from "../audio/pcm.ts";

/** The package describes its types for the native entry only; this is what is used of the WebAssembly one. */
interface WasmCodec {
  ctl(request: number, value: number): number;
  /** Frees the codec's memory inside the module. */
  drop(): void;
}
interface Coder extends WasmCodec {
  encode(samples: Int16Array): Uint8Array<ArrayBuffer>;
}
interface Parser extends WasmCodec {
  decode(packet: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** OPUS_SET_BITRATE of opus_defines.h. */
const SET_BITRATE = 4002;
/** Bits per second: full-band speech without audible loss. */
const BITRATE = 32_000;

export interface OpusEncoder extends Disposable {
  /** One packet of 20 ms. `pcm`: 960 mono samples at 48 kHz. Silence becomes packets of 3 bytes by itself. */
  encode(pcm: Float32Array): Uint8Array<ArrayBuffer>;
}

export interface OpusDecoder extends Disposable {
  /** Mono samples at 16 kHz. @throws {Error} if the packet is damaged. */
  decode(packet: Uint8Array): Float32Array<ArrayBuffer>;
  /**
   * What may have been in a lost packet, guessed from those before it: a faded continuation, as long as the last
   * packet was (20 ms of silence before the first).
   */
  conceal(): Float32Array<ArrayBuffer>;
}

/** Speech at 48 kHz mono, 32 kbit/s, variable rate. */
export function createOpusEncoder(): OpusEncoder {
  const coder: Coder = new WasmEncoder({ channels: 1, sample_rate: 48_000, application: "voip" });
  coder.ctl(SET_BITRATE, BITRATE);
  return {
    encode: (pcm) => coder.encode(toInt16(pcm)),
    [Symbol.dispose]: () => coder.drop(),
  };
}

/** Decodes whatever rate and channels were sent to 16 kHz mono. */
export function createOpusDecoder(): OpusDecoder {
  const parser: Parser = new WasmDecoder({ channels: 1, sample_rate: 16_000 });
  let lost: Uint8Array | null = null;
  const decode = (packet: Uint8Array) => toFloat(new Int16Array(parser.decode(packet).buffer));
  return {
    decode(packet) {
      const pcm = decode(packet);
      // A packet of a table-of-contents byte alone says "one frame, lost" (RFC 6716, section 3.2.1): the decoder then
      // conceals exactly one frame. The lowest two bits count the frames.
      lost = Uint8Array.of(packet[0] & 0xfc);
      return pcm;
    },
    conceal: () => lost ? decode(lost) : new Float32Array(320),
    [Symbol.dispose]: () => parser.drop(),
  };
}
