/** The memory in which a face is drawn: what is drawn is put there once, pictures are read from there. */
import type { Texture } from "../texture.ts";
import { type Program, startProgram } from "./program.ts";

export interface Store {
  readonly program: Program;
  /** Copies a list; returns its address. */
  put(list: ArrayBufferView): number;
  /** Copies a picture, the same one only once; returns the address of its record (pixels, width, height). */
  putTexture(texture: Texture): number;
  /** Makes room for so many bytes, all 0; returns the address. */
  reserve(bytes: number): number;
  /** Views of a place. */
  words(address: number, length: number): Uint32Array<ArrayBuffer>;
  floats(address: number, length: number): Float32Array<ArrayBuffer>;
  bytes(address: number, length: number): Uint8Array<ArrayBuffer>;
}

/** Bytes: of what WebAssembly counts by, and what vectors lie on. */
const PAGE = 65_536, ALIGNMENT = 16;
/**
 * It does not grow, so that views stay good; what has not been written to takes no memory. Nothing in it is freed: it goes
 * when nobody has the store or a view any more.
 *
 * @param capacity bytes
 */
export function createStore(capacity: number): Store {
  const program = startProgram(), { memory } = program;
  memory.grow(Math.ceil(capacity / PAGE) + 1);
  const textures = new Map<Texture, number>();
  // What the program itself keeps lies below.
  let end = PAGE;
  const reserve = (bytes: number) => {
    const address = end;
    end = Math.ceil((end + bytes) / ALIGNMENT) * ALIGNMENT;
    if (end > memory.buffer.byteLength) {
      throw new RangeError("The face is larger than the memory that was reckoned for it");
    }
    return address;
  };
  const put = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => {
    const address = reserve(byteLength);
    new Uint8Array(memory.buffer, address).set(new Uint8Array(buffer, byteOffset, byteLength));
    return address;
  };
  return {
    program,
    put,
    putTexture(texture) {
      const { pixels, width, height } = texture, known = textures.get(texture);
      const address = known ?? put(Uint32Array.of(put(pixels), width, height));
      textures.set(texture, address);
      return address;
    },
    reserve,
    words: (address, length) => new Uint32Array(memory.buffer, address, length),
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    bytes: (address, length) => new Uint8Array(memory.buffer, address, length),
  };
}
