/**
 * Reads protobuf messages, as ONNX files are, on the level of the wire format
 * (https://protobuf.dev/programming-guides/encoding).
 */

/** One field of a message: its number, and where its payload lies, `[from, end)`. */
export interface Field {
  number: number;
  from: number;
  end: number;
}

/**
 * The fields of the message that lies in `[start, end)`; payloads are skipped, not read.
 *
 * @throws {Error} saying what is wrong, if it is no such message.
 */
export function* fieldsOf(bytes: Uint8Array, start = 0, end = bytes.length): Generator<Field> {
  let at = start;
  const varint = () => {
    let value = 0;
    for (let scale = 1; at < end; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Error("it ends inside a number");
  };
  while (at < end) {
    const key = varint();
    const wire = key % 8;
    let from = at;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      from = at;
      at += length;
    } else throw new Error(`it has an unknown wire type ${wire}`);
    if (at > end) throw new Error("it ends inside a field");
    yield { number: Math.floor(key / 8), from, end: at };
  }
}
