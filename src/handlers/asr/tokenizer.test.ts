import assert from "node:assert/strict";
import { decode, readVocabulary } from "./tokenizer.ts";

const text = new TextEncoder();

function file(...entries: string[]): Uint8Array {
  return Uint8Array.from(entries.flatMap((entry) => {
    const bytes = [...text.encode(entry)];
    const length = bytes.length < 128 ? [bytes.length] : [bytes.length % 128 + 128, bytes.length >> 7];
    return [...length, ...bytes];
  }));
}

Deno.test("tokens become text", () => {
  const long = "x".repeat(300);
  const vocabulary = readVocabulary(file("", "<s>", "\u2581Go", "\u2581for", "ward", long, "<"));
  assert.equal(decode(vocabulary, [1, 2, 3, 4, 0, 6]), "Go forward<");
  assert.equal(decode(vocabulary, [5]), long);
});

Deno.test("a character may be spread over tokens, and unknown tokens say nothing", () => {
  const [a, b] = text.encode("é");
  const vocabulary = readVocabulary(Uint8Array.of(1, a, 1, b));
  assert.equal(decode(vocabulary, [0, 1, 99]), "é");
});

Deno.test("a vocabulary that is cut short is refused", () => {
  assert.throws(() => readVocabulary(Uint8Array.of(1, 65, 3, 66)), /cut short in entry 1/);
  assert.throws(() => readVocabulary(Uint8Array.of(200)), /cut short in entry 0/);
});
