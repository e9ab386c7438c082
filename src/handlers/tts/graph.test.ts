import assert from "node:assert/strict";
import { splitVoice } from "./graph.ts";

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
const body = [
  node("Embed", ["input", "emb"], ["x"]),
  node("Ceil", ["x"], ["d"]),
  node("Flow", ["x", "d", "input_lengths", "scales", "flow"], ["z"]),
  node("Conv", ["z", "dec.conv_pre.weight"], ["y"]),
  node("Tanh", ["y"], ["output"]),
].flat();
const stored = ["emb", "flow", "dec.conv_pre.weight"].flatMap(weights);

function model(...graph: number[][]): Uint8Array {
  return Uint8Array.from([8, 9, ...field(7, graph.flat())]);
}
const has = (bytes: Uint8Array, text: string) => new TextDecoder("latin1").decode(bytes).includes(text);

Deno.test("graph: each half has its own nodes and weights, and both declare the tensor between", () => {
  const split = splitVoice(model(body, stored, inputs, value(12, "output"), value(13, "z")));
  assert.equal(split.latent, "z");
  assert.equal(split.durations, "d");
  assert.ok(has(split.encoder, "Flow") && has(split.encoder, "emb") && !has(split.encoder, "dec.conv_pre"));
  assert.ok(!has(split.vocoder, "Flow") && !has(split.vocoder, "emb") && has(split.vocoder, "dec.conv_pre"));
  assert.deepEqual([...split.encoder.slice(0, 2)], [8, 9], "what is outside the graph stays");
});

Deno.test("graph: what is no Piper voice is refused in words", () => {
  const cases: [Uint8Array, RegExp][] = [
    [Uint8Array.of(), /it has no graph/],
    [Uint8Array.of(1, 2, 3), /ends inside a field/],
    [Uint8Array.of(7), /unknown wire type 7/],
    [Uint8Array.of(128), /ends inside a number/],
    [model(body, stored, value(11, "input")), /no input "input_lengths"/],
    [model(body, inputs, value(11, "sid")), /several speakers/],
    [model(node("Ceil", ["x"], ["d"]), inputs), /"dec.conv_pre.weight"/],
    [model(body, node("Ceil", ["y"], ["e"]), inputs), /2 nodes "Ceil"/],
  ];
  for (const [bytes, expected] of cases) {
    assert.throws(() => splitVoice(bytes), (error: Error) => {
      assert.match(error.message, /^Not a Piper voice with one speaker: /);
      assert.match(error.message, expected);
      return true;
    });
  }
});
