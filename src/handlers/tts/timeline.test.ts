import assert from "node:assert/strict";
import { idsOf, placed, timeline } from "./timeline.ts";

const map = { "_": [0], "^": [1], "$": [2], " ": [3], ".": [4], "h": [5], "a": [6], "ː": [7] };
const utterance = {
  symbols: ["h", "aː", " ", "?", "a", "."],
  words: [{ text: "ha", from: 0, to: 2 }, { text: "–", from: 4, to: 4 }, { text: "a.", from: 4, to: 5 }],
};

Deno.test("timeline: ids are those of Piper, what the voice does not know is left out", () => {
  const { ids, owners } = idsOf(utterance.symbols, map);
  assert.deepEqual(ids, [1, 0, 5, 0, 6, 0, 7, 0, 3, 0, 6, 0, 4, 0, 2]);
  assert.deepEqual(owners, [-1, -1, 0, 0, 1, 1, 1, 1, 2, 2, 4, 4, 5, 5, -1]);
});

function times() {
  const ids = idsOf(utterance.symbols, map);
  return timeline(utterance, ids, new Float32Array(ids.ids.length).fill(1), 0.5);
}

Deno.test("timeline: the blank behind a phoneme is a span of its own, words go from their first id to their last", () => {
  assert.deepEqual(times(), {
    spans: [
      { phoneme: "_", start: 0, end: 1 },
      { phoneme: "h", start: 1, end: 1.5 },
      { phoneme: "_", start: 1.5, end: 2 },
      { phoneme: "aː", start: 2, end: 3.5 },
      { phoneme: "_", start: 3.5, end: 4 },
      { phoneme: " ", start: 4, end: 4.5 },
      { phoneme: "_", start: 4.5, end: 5 },
      { phoneme: "a", start: 5, end: 5.5 },
      { phoneme: "_", start: 5.5, end: 6 },
      { phoneme: ".", start: 6, end: 6.5 },
      { phoneme: "_", start: 6.5, end: 7.5 },
    ],
    words: [
      { text: "ha", start: 1, end: 4 },
      { text: "–", start: 4, end: 4 },
      { text: "a.", start: 5, end: 6 },
    ],
    voicedEnd: 6,
  });
});

Deno.test("timeline: in the reply, cut silence has no span and an added pause has one", () => {
  const { spans, words } = placed(times(), { shift: 9, from: 10.5, to: 17 });
  assert.deepEqual(spans[0], { phoneme: "_", start: 10.5, end: 11 });
  assert.deepEqual(spans.slice(-2), [
    { phoneme: "_", start: 15.5, end: 16.5 },
    { phoneme: "_", start: 16.5, end: 17 },
  ]);
  assert.deepEqual(words[0], { text: "ha", start: 10.5, end: 13 });
  const short = placed(times(), { shift: 0, from: 0, to: 6 });
  assert.deepEqual(short.spans.at(-1), { phoneme: "_", start: 5.5, end: 6 });
});
