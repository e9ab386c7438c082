import assert from "node:assert/strict";
import { readTokens, transcribe } from "./rich.ts";

const pieces = ["<unk>", "<s>", "</s>", "<|zh|>", "<|en|>", "<|HAPPY|>", "<|Speech|>", "<|withitn|>"];
const more = [
  "▁good",
  "▁",
  "morning",
  "早上",
  "好",
  "。",
  "<0xE5>",
  "<0xA5>",
  "<0xBD>",
  "조",
  "▁금",
  "<|nospeech|>",
];
const vocabulary = [...pieces, ...more];

function written(...tokens: string[]) {
  return transcribe(vocabulary, tokens.map((token) => vocabulary.indexOf(token)));
}

Deno.test("tags are no text, the first one is the language", () => {
  assert.deepEqual(written("<|zh|>", "<|HAPPY|>", "<|Speech|>", "<|withitn|>", "早上", "好", "。"), {
    text: "早上好。",
    language: "zh",
  });
  assert.deepEqual(written("<|en|>", "<s>", "▁good", "▁", "morning", "</s>"), {
    text: "good morning",
    language: "en",
  });
});

Deno.test("every script stays, and a character may be spread over bytes", () => {
  assert.deepEqual(written("▁good", "조", "▁금", "<0xE5>", "<0xA5>", "<0xBD>"), { text: "good조 금好" });
});

Deno.test("where nobody spoke there is no text, and no tokens say nothing", () => {
  assert.deepEqual(written("<|nospeech|>", "<|HAPPY|>", "▁good"), { text: "" });
  assert.deepEqual(transcribe(vocabulary, [999]), { text: "" });
});

Deno.test("tokens are read by their numbers", () => {
  assert.deepEqual(readTokens("<unk> 0\n▁the 1\n  2\n"), ["<unk>", "▁the", " "]);
  assert.deepEqual(readTokens("<unk> 0\r\n▁the 1\r\n"), ["<unk>", "▁the"]);
});

Deno.test("a list with a line missing is refused", () => {
  assert.throws(() => readTokens("<unk> 0\nb 2\n"), /expects a token and the number 1 in line 2: "b 2"/);
  assert.throws(() => readTokens("version https://example.org\n"), /the number 0 in line 1/);
});
