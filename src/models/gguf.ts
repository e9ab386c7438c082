/** Takes a GGUF file of version 3 apart and puts it together again (docs/gguf.md of ggml). Little endian. */

export interface GgufTensor {
  name: string;
  /** Values a row first. */
  shape: number[];
  type: number;
  data: Uint8Array;
}

export interface Gguf {
  /** Everything before the list of tensors: magic, version, counts and the settings, as it stands in the file. */
  header: Uint8Array;
  tensors: GgufTensor[];
}

const MAGIC = 0x46554747;
/** Where no setting says otherwise; such settings are refused. */
const ALIGNMENT = 32;
/** Bytes of a setting by its type; 8 is a string, 9 a list. */
const SETTING = [1, 1, 2, 2, 4, 4, 4, 1, -1, -1, 8, 8, 8];
const STRING = 8, LIST = 9;

const aligned = (size: number) => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

/** Reads numbers and strings one after another. */
class Cursor {
  at = 0;
  readonly #view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    return this.#view.getUint32((this.at += 4) - 4, true);
  }

  u64(): number {
    return Number(this.#view.getBigUint64((this.at += 8) - 8, true));
  }

  string(): string {
    const length = this.u64();
    return new TextDecoder().decode(this.bytes.subarray(this.at, this.at += length));
  }

  skip(type: number): void {
    if (type === STRING) this.string();
    else if (type === LIST) {
      const element = this.u32();
      for (let left = this.u64(); left > 0; left--) this.skip(element);
    } else this.at += SETTING[type];
  }
}

/**
 * @param bytesOf Bytes of so many values of a type.
 * @throws {Error} when it is another kind of file.
 */
export function readGguf(file: Uint8Array, bytesOf: (type: number, values: number) => number): Gguf {
  const cursor = new Cursor(file);
  if (cursor.u32() !== MAGIC || cursor.u32() !== 3) throw new Error("it is no GGUF file of version 3");
  const count = cursor.u64();
  for (let left = cursor.u64(); left > 0; left--) {
    if (cursor.string() === "general.alignment") throw new Error("it has an alignment of its own");
    cursor.skip(cursor.u32());
  }
  const header = file.subarray(0, cursor.at);
  const infos = Array.from({ length: count }, () => {
    const name = cursor.string();
    const shape = Array.from({ length: cursor.u32() }, () => cursor.u64());
    return { name, shape, type: cursor.u32(), offset: cursor.u64() };
  });
  const start = aligned(cursor.at);
  const tensors = infos.map(({ offset, ...info }) => {
    const size = bytesOf(info.type, info.shape.reduce((product, side) => product * side, 1));
    return { ...info, data: file.subarray(start + offset, start + offset + size) };
  });
  return { header, tensors };
}

/** The bytes of a file with these tensors. */
export function writeGguf(header: Uint8Array, tensors: GgufTensor[]): Uint8Array<ArrayBuffer> {
  const names = tensors.map(({ name }) => new TextEncoder().encode(name));
  const listSize = tensors.reduce((sum, { shape }, i) => sum + names[i].length + 24 + 8 * shape.length, 0);
  const start = aligned(header.length + listSize);
  const size = tensors.reduce((sum, { data }) => sum + aligned(data.length), start);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set(header);
  let at = header.length;
  let offset = 0;
  const u32 = (value: number) => view.setUint32((at += 4) - 4, value, true);
  const u64 = (value: number) => view.setBigUint64((at += 8) - 8, BigInt(value), true);
  tensors.forEach(({ shape, type, data }, i) => {
    u64(names[i].length);
    file.set(names[i], at);
    at += names[i].length;
    u32(shape.length);
    shape.forEach(u64);
    u32(type);
    u64(offset);
    file.set(data, start + offset);
    offset += aligned(data.length);
  });
  return file;
}
