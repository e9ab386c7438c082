/** Writes small ONNX models for tests (field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */

const text = new TextEncoder();
const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;

export type Values = Float32Array | Int32Array | BigInt64Array;

export interface Node {
  op: string;
  inputs: string[];
  output: string;
  /** The only kind of attribute that is needed: whole numbers. */
  attributes?: Record<string, number>;
}

export interface Synthetic {
  /** Name → element type and dimensions; a text is a dimension that may vary. */
  inputs: Record<string, ["float" | "int32", (number | string)[]]>;
  outputs: Record<string, ["float" | "int32", (number | string)[]]>;
  constants: Record<string, [Values, number[]]>;
  nodes: Node[];
  metadata: Record<string, string>;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push(value % 128 | 128);
  return [...bytes, value];
}

const number = (field: number, value: number) => Uint8Array.from([...varint(field * 8), ...varint(value)]);

function bytes(field: number, payload: Uint8Array | string): Uint8Array {
  const content = typeof payload === "string" ? text.encode(payload) : payload;
  return join([Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length)]), content]);
}

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function tensor(name: string, [values, dimensions]: [Values, number[]]): Uint8Array {
  const type = values instanceof Float32Array ? FLOAT : values instanceof Int32Array ? INT32 : INT64;
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return join([...dimensions.map((size) => number(1, size)), number(2, type), bytes(8, name), bytes(9, raw)]);
}

function border(name: string, [type, dimensions]: ["float" | "int32", (number | string)[]]): Uint8Array {
  const shape = dimensions.map((size) =>
    bytes(1, typeof size === "number" ? number(1, size) : bytes(2, size))
  );
  const kind = join([number(1, type === "float" ? FLOAT : INT32), bytes(2, join(shape))]);
  return join([bytes(1, name), bytes(2, bytes(1, kind))]);
}

function node({ op, inputs, output, attributes = {} }: Node): Uint8Array {
  const INT_ATTRIBUTE = 2;
  const pairs = Object.entries(attributes).map(([name, value]) =>
    bytes(5, join([bytes(1, name), number(3, value), number(20, INT_ATTRIBUTE)]))
  );
  return join([...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, op), ...pairs]);
}

/** The model as an `.onnx` file, opset 13. */
export function writeOnnx(
  { inputs, outputs, constants, nodes, metadata }: Synthetic,
): Uint8Array<ArrayBuffer> {
  const graph = join([
    ...nodes.map((each) => bytes(1, node(each))),
    bytes(2, "synthetic"),
    ...Object.entries(constants).map(([name, value]) => bytes(5, tensor(name, value))),
    ...Object.entries(inputs).map(([name, kind]) => bytes(11, border(name, kind))),
    ...Object.entries(outputs).map(([name, kind]) => bytes(12, border(name, kind))),
  ]);
  return join([
    number(1, 8),
    bytes(7, graph),
    bytes(8, number(2, 13)),
    ...Object.entries(metadata).map(([key, value]) => bytes(14, join([bytes(1, key), bytes(2, value)]))),
  ]);
}
