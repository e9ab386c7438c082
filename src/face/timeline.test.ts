import assert from "node:assert/strict";
import { append, type Segment } from "./timeline.ts";

/** Spans of equal length, one a letter. */
function spans(letters: string[], start = 0, step = 0.1) {
  return letters.map((phoneme, i) => ({ phoneme, start: start + i * step, end: start + (i + 1) * step }));
}

function build(...clauses: ReturnType<typeof spans>[]): Segment[] {
  const segments: Segment[] = [];
  for (const clause of clauses) append(segments, clause);
  return segments;
}

const round = (x: number) => Math.round(x * 1000) / 1000;
const brief = (segments: Segment[]) =>
  segments.map(({ viseme, start, end }) => [viseme, round(start), round(end)]);

Deno.test("a blank counts to the phone after it, but only its last 80 ms", () => {
  const quick = build(spans(["_", "k", "_", "a", "_"], 0, 0.05));
  assert.deepEqual(brief(quick), [["kk", 0, 0.1], ["aa", 0.1, 0.2]]);
  const slow = build(spans(["_", "k", "_", "a"], 0, 0.2));
  assert.deepEqual(brief(slow), [["kk", 0.12, 0.4], ["aa", 0.52, 0.8]]);
});

Deno.test("stress counts to the phone after it, length to the one before", () => {
  assert.deepEqual(brief(build(spans(["ˈ", "k", "i", "ː"], 0, 0.05))), [["kk", 0, 0.1], ["I", 0.1, 0.2]]);
  assert.deepEqual(brief(build(spans(["ˈiː"]))), [["I", 0, 0.1]]);
});

Deno.test("lips meet for a short b as long as they need, in a gap between words longer", () => {
  const inside = build(spans(["a", "a"], 0, 0.1), [{ phoneme: "b", start: 0.2, end: 0.22 }]);
  assert.deepEqual(brief(inside), [["aa", 0, 0.2], ["PP", 0.16, 0.22]]);
  const between = build(spans(["a", "a"], 0, 0.1), [{ phoneme: " ", start: 0.2, end: 0.25 }], [
    { phoneme: "b", start: 0.25, end: 0.27 },
  ]);
  assert.deepEqual(brief(between), [["aa", 0, 0.2], ["PP", 0.2, 0.27]]);
});

Deno.test("lips part before the breath of a p", () => {
  assert.deepEqual(brief(build(spans(["k", "p", "a"]))), [["kk", 0, 0.1], ["PP", 0.1, 0.185], [
    "aa",
    0.2,
    0.3,
  ]]);
});

Deno.test("letters of a span share its time", () => {
  assert.deepEqual(brief(build(spans(["tʃ", "oʊ"]))), [
    ["DD", 0, 0.05],
    ["CH", 0.05, 0.1],
    ["O", 0.1, 0.15],
    ["U", 0.15, 0.2],
  ]);
});

Deno.test("punctuation and unknown symbols are silence", () => {
  assert.deepEqual(brief(build(spans(["a", ",", " ", "?", "7", "b"]))), [["aa", 0, 0.1], ["PP", 0.5, 0.6]]);
});

Deno.test("clauses are appended, and equal shapes that touch are one", () => {
  assert.deepEqual(brief(build(spans(["a", "b"]), spans(["b", "a"], 0.2))), [
    ["aa", 0, 0.1],
    ["PP", 0.1, 0.3],
    ["aa", 0.3, 0.4],
  ]);
});

Deno.test("an endless reply does not grow without bound", () => {
  const segments: Segment[] = [];
  for (let i = 0; i < 6000; i++) append(segments, spans(["a", "b"], i * 0.2));
  assert.ok(segments.length <= 4096);
  assert.equal(round(segments.at(-1)!.end), 1200);
});
