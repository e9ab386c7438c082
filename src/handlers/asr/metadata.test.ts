import assert from "node:assert/strict";
import { readMetadata } from "./metadata.ts";

const text = new TextEncoder();

/** A field with a payload of less than 128 bytes. */
function field(number: number, payload: Uint8Array | string): Uint8Array {
  const bytes = typeof payload === "string" ? text.encode(payload) : payload;
  return Uint8Array.of(number * 8 + 2, bytes.length, ...bytes);
}

const entry = (key: string, value: string) => field(14, Uint8Array.of(...field(1, key), ...field(2, value)));

Deno.test("a model's notes are read past everything else", () => {
  const version = Uint8Array.of(8, 0x80, 1);
  const graph = field(7, "whatever");
  const model = Uint8Array.of(
    ...version,
    ...graph,
    ...entry("lang_zh", "3"),
    ...entry("neg_mean", "-8,-9.5"),
  );
  assert.deepEqual([...readMetadata(model)], [["lang_zh", "3"], ["neg_mean", "-8,-9.5"]]);
  assert.equal(readMetadata(graph).size, 0);
});

Deno.test("what is cut short is refused", () => {
  assert.throws(() => readMetadata(entry("a", "b").subarray(0, 5)), /ends inside a field/);
  assert.throws(() => readMetadata(Uint8Array.of(0x80)), /ends inside a number/);
  assert.throws(() => readMetadata(text.encode("version")), /unknown wire type/);
});
