/**
 * The notes that an ONNX file carries about itself (`metadata_props`), which onnxruntime-node does not tell. Field
 * numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { fieldsOf } from "../../audio/protobuf.ts";

const MODEL_METADATA = 14;
const ENTRY_KEY = 1;
const ENTRY_VALUE = 2;

const text = new TextDecoder();

/**
 * The notes of a model, by name.
 *
 * @param model The contents of an `.onnx` file.
 * @throws {Error} saying what is wrong, if it is no such file.
 */
export function readMetadata(model: Uint8Array): Map<string, string> {
  const notes = new Map<string, string>();
  for (const { number, from, end } of fieldsOf(model)) {
    if (number !== MODEL_METADATA) continue;
    const entry = ["", "", ""];
    for (const field of fieldsOf(model, from, end)) {
      entry[field.number] = text.decode(model.subarray(field.from, field.end));
    }
    notes.set(entry[ENTRY_KEY], entry[ENTRY_VALUE]);
  }
  return notes;
}
