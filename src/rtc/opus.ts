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

/** OPUS_SET_BITRATE, OPUS_SET_COMPLEXITY and OPUS_RESET_STATE of opus_defines.h. */
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const RESET_STATE = 4028;
/** Bits per second: full-band speech without audible loss. */
const BITRATE = 32_000;
/** Of 0 to 10; what WebRTC takes on phones. It costs half of what the library's own 9 does. */
const COMPLEXITY = 5;
/** 20 ms of digital silence, mono: CELT alone (RFC 6716, 4.3) with its silence flag set. */
const SILENT_PACKET = Uint8Array.of(0xf8, 0xff, 0xfe);
/** Packets of silence that the encoder still makes: the sound before must have died away in it and in the decoder. */
const FADING = 10;

export interface OpusEncoder extends Disposable {
  /** One packet of 20 ms, not to be written to. `pcm`: 960 mono samples at 48 kHz. */
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

/** Are all samples exactly zero? */
function isSilent(pcm: Float32Array): boolean {
  for (let n = 0; n < pcm.length; n++) if (pcm[n] !== 0) return false;
  return true;
}

/**
 * Speech at 48 kHz mono, 32 kbit/s, variable rate.
 *
 * Silence costs the encoder nearly as much as speech, and to a caller one is silent most of the time. So it is left out
 * of a longer silence and begins anew behind it: with silence before it, it needs no past, and neither does the decoder.
 */
export function createOpusEncoder(): OpusEncoder {
  const coder: Coder = new WasmEncoder({ channels: 1, sample_rate: 48_000, application: "voip" });
  coder.ctl(SET_BITRATE, BITRATE);
  coder.ctl(SET_COMPLEXITY, COMPLEXITY);
  let quiet = FADING;
  return {
    encode(pcm) {
      const resting = quiet >= FADING;
      quiet = isSilent(pcm) ? quiet + 1 : 0;
      if (resting && quiet > 0) return SILENT_PACKET;
      if (resting) coder.ctl(RESET_STATE, 0);
      return coder.encode(toInt16(pcm));
    },
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
