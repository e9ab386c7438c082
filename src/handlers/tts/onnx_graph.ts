/**
 * Reads the graph of an ONNX model and cuts parts out of it.
 *
 * ONNX files are protobuf messages. They are cut here on the level of the wire format: fields are copied or left out
 * as they are, weights are never decoded. Field numbers are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */

const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
export const GRAPH_INPUT = 11;
export const GRAPH_OUTPUT = 12;
/** Shapes of tensors between nodes; they need not be there. */
const GRAPH_VALUE_INFO = 13;
const NODE_INPUT = 1;
const NODE_OUTPUT = 2;
const NODE_OP = 4;
const TENSOR_NAME = 8;
const VALUE_NAME = 1;
const VALUE_TYPE = 2;

/** One protobuf field: `[start, end)` with its key, `[from, end)` without. */
interface Field {
  number: number;
  start: number;
  from: number;
  end: number;
}

interface Node {
  field: Field;
  op: string;
  inputs: string[];
  outputs: string[];
}

export interface Graph {
  model: Uint8Array;
  /** The fields of the whole model, of which `graph` is one. */
  outer: Field[];
  graph: Field;
  fields: Field[];
  nodes: Node[];
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function* fieldsOf(bytes: Uint8Array, start = 0, end = bytes.length): Generator<Field> {
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
    const begin = at;
    const key = varint();
    let from = at;
    const wire = key % 8;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      from = at;
      at += length;
    } else throw new Error(`it has an unknown wire type ${wire}`);
    if (at > end) throw new Error("it ends inside a field");
    yield { number: Math.floor(key / 8), start: begin, from, end: at };
  }
}

function stringOf(model: Uint8Array, field: Field): string {
  return decoder.decode(model.subarray(field.from, field.end));
}

function nameOf(model: Uint8Array, field: Field, number: number): string {
  for (const inner of fieldsOf(model, field.from, field.end)) {
    if (inner.number === number) return stringOf(model, inner);
  }
  return "";
}

function readNode(model: Uint8Array, field: Field): Node {
  const node: Node = { field, op: "", inputs: [], outputs: [] };
  for (const inner of fieldsOf(model, field.from, field.end)) {
    if (inner.number === NODE_INPUT) node.inputs.push(stringOf(model, inner));
    else if (inner.number === NODE_OUTPUT) node.outputs.push(stringOf(model, inner));
    else if (inner.number === NODE_OP) node.op = stringOf(model, inner);
  }
  return node;
}

export function readGraph(model: Uint8Array): Graph {
  const outer = [...fieldsOf(model)];
  const graph = outer.find((field) => field.number === MODEL_GRAPH);
  if (!graph) throw new Error("it has no graph");
  const fields = [...fieldsOf(model, graph.from, graph.end)];
  const nodes = fields.filter((field) => field.number === GRAPH_NODE).map((field) => readNode(model, field));
  return { model, outer, graph, fields, nodes };
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
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

function fieldBytes(number: number, payload: Uint8Array): Uint8Array[] {
  return [Uint8Array.from([...varintBytes(number * 8 + 2), ...varintBytes(payload.length)]), payload];
}

/** A ValueInfoProto: a float tensor of that name, of any shape. */
function floatTensor(name: string): Uint8Array {
  const elementType = Uint8Array.from([8, 1]);
  const tensorType = join(fieldBytes(1, elementType));
  return join([...fieldBytes(VALUE_NAME, encoder.encode(name)), ...fieldBytes(VALUE_TYPE, tensorType)]);
}

/** The nodes that `outputs` are computed by from `inputs`, and the names of all tensors they touch. */
export function reachable(graph: Graph, inputs: string[], outputs: string[]) {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const fields = new Set<Field>();
  const names = new Set<string>();
  const open = [...outputs];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    const maker = inputs.includes(name) ? undefined : makers.get(name);
    if (!maker) continue;
    fields.add(maker.field);
    open.push(...maker.inputs);
  }
  return { fields, names };
}

/** The part of the model that computes `outputs` from `inputs`; names new to its borders become float tensors. */
export function extract(graph: Graph, inputs: string[], outputs: string[]): Uint8Array<ArrayBuffer> {
  const { model } = graph;
  const keep = reachable(graph, inputs, outputs);
  const declared = new Set<string>();
  const wanted = (field: Field): boolean => {
    if (field.number === GRAPH_NODE) return keep.fields.has(field);
    if (field.number === GRAPH_INITIALIZER) return keep.names.has(nameOf(model, field, TENSOR_NAME));
    if (field.number === GRAPH_VALUE_INFO) return false;
    if (field.number !== GRAPH_INPUT && field.number !== GRAPH_OUTPUT) return true;
    const name = nameOf(model, field, VALUE_NAME);
    const border = (field.number === GRAPH_INPUT ? inputs : outputs).includes(name);
    if (border) declared.add(name);
    return border;
  };
  const parts = graph.fields.filter(wanted).map((field) => model.subarray(field.start, field.end));
  const declare = (number: number, names: string[]) =>
    names.filter((name) => !declared.has(name)).flatMap((name) => fieldBytes(number, floatTensor(name)));
  const body = join([...parts, ...declare(GRAPH_INPUT, inputs), ...declare(GRAPH_OUTPUT, outputs)]);
  return join(
    graph.outer.flatMap((field) =>
      field === graph.graph ? fieldBytes(MODEL_GRAPH, body) : [model.subarray(field.start, field.end)]
    ),
  );
}

/** Names of the graph's inputs or outputs. */
export function namesOf(graph: Graph, number: number): string[] {
  return graph.fields.filter((field) => field.number === number)
    .map((field) => nameOf(graph.model, field, VALUE_NAME));
}
