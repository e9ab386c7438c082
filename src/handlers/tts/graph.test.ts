import assert from "node:assert/strict";
import { splitVoice, wholeVoice } from "./graph.ts";

/** A protobuf field with a payload: text, or fields. */
function field(number: number, payload: string | number[]): number[] {
  const bytes = typeof payload === "string" ? [...new TextEncoder().encode(payload)] : payload;
  assert.ok(bytes.length < 128 * 128);
  const size = bytes.length < 128 ? [bytes.length] : [(bytes.length % 128) | 128, bytes.length >> 7];
  return [number * 8 + 2, ...size, ...bytes];
}

const node = (op: string, inputs: string[], outputs: string[]) =>
  field(
    1,
    [inputs.map((name) => field(1, name)), outputs.map((name) => field(2, name)), field(4, op)].flat(2),
  );
const weights = (name: string) => field(5, field(8, name));
const value = (number: number, name: string) => field(number, field(1, name));

const inputs = ["input", "input_lengths", "scales"].flatMap((name) => value(11, name));
const outputs = value(12, "output");
const text = [
  node("Embed", ["input", "emb"], ["x"]),
  node("Ceil", ["x"], ["d"]),
  node("Flow", ["x", "d", "input_lengths", "scales", "flow"], ["z"]),
].flat();
// As an exporter may name weights that were changed on the way: nothing tells what they are for.
const vocoder = [
  node("Conv", ["z", "onnx::Conv_7"], ["y"]),
  node("LeakyRelu", ["y"], ["l"]),
  node("ConvTranspose", ["l", "onnx::Up_8"], ["u"]),
  node("Conv", ["u", "onnx::Conv_9"], ["v"]),
  node("Tanh", ["v"], ["output"]),
].flat();
const body = [...text, ...vocoder];
const stored = ["emb", "flow", "onnx::Conv_7", "onnx::Up_8", "onnx::Conv_9"].flatMap(weights);

function model(...graph: number[][]): Uint8Array {
  return Uint8Array.from([8, 9, ...field(7, graph.flat())]);
}
const has = (bytes: Uint8Array, text: string) => new TextDecoder("latin1").decode(bytes).includes(text);

Deno.test("graph: each half has its own nodes and weights, and both declare the tensor between", () => {
  const split = splitVoice(model(body, stored, inputs, outputs, value(13, "z")));
  assert.equal(split.latent, "z");
  assert.equal(split.durations, "d");
  assert.equal(split.sound, "output");
  assert.ok(has(split.encoder, "Flow") && has(split.encoder, "emb") && !has(split.encoder, "Conv_7"));
  assert.ok(!has(split.vocoder, "Flow") && !has(split.vocoder, "emb") && has(split.vocoder, "Conv_7"));
  assert.deepEqual([...split.encoder.slice(0, 2)], [8, 9], "what is outside the graph stays");
});

Deno.test("graph: where there are several speakers, both halves are told which one speaks", () => {
  const speakers = [
    ...text,
    ...node("Gather", ["voices", "sid"], ["g"]),
    ...node("Conv", ["z", "pre"], ["p"]),
    ...node("Conv", ["g", "cond"], ["c"]),
    ...node("Add", ["p", "c"], ["y"]),
    ...node("LeakyRelu", ["y"], ["l"]),
    ...node("ConvTranspose", ["l", "up"], ["output"]),
  ];
  const split = splitVoice(model(speakers, stored, inputs, value(11, "sid"), outputs));
  assert.equal(split.latent, "z");
  assert.ok(has(split.vocoder, "sid") && has(split.vocoder, "cond") && !has(split.vocoder, "Flow"));
});

Deno.test("graph: a voice of another build is used whole, with its times where they can be found", () => {
  const whole = wholeVoice(model(text, node("Other", ["z"], ["sound"]), inputs, value(12, "sound")));
  assert.equal(whole.durations, "d");
  assert.equal(whole.sound, "sound");
  assert.equal(wholeVoice(model(body, node("Ceil", ["y"], ["e"]), inputs, outputs)).durations, undefined);
});

Deno.test("graph: what is no Piper voice, or cannot be cut, is refused in words", () => {
  const cases: [Uint8Array, RegExp][] = [
    [Uint8Array.of(), /it has no graph/],
    [Uint8Array.of(1, 2, 3), /ends inside a field/],
    [Uint8Array.of(7), /unknown wire type 7/],
    [Uint8Array.of(128), /ends inside a number/],
    [model(body, stored, value(11, "input")), /no input "input_lengths"/],
    [model(body, inputs), /no output/],
  ];
  const uncut: [Uint8Array, RegExp][] = [
    [model(text, inputs, outputs), /no node "ConvTranspose"/],
    [model(text, node("ConvTranspose", ["z"], ["output"]), inputs, outputs), /no convolution of the text/],
    [model(body, node("Ceil", ["y"], ["e"]), inputs, outputs), /2 nodes "Ceil"/],
  ];
  const throws = (open: () => void, start: RegExp, expected: RegExp) =>
    assert.throws(open, (error: Error) => start.test(error.message) && expected.test(error.message));
  for (const [bytes, expected] of cases) {
    throws(() => wholeVoice(bytes), /^Not a Piper voice: /, expected);
  }
  for (const [bytes, expected] of [...cases, ...uncut]) {
    throws(() => splitVoice(bytes), /^It cannot be cut in two: /, expected);
  }
});
