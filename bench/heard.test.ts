import assert from "node:assert/strict";
import { type Arrival, hearing } from "./heard.ts";

/** Packets of 20 ms every 20 ms; "#" is voiced, "." silent, ">" voiced and 50 ms late, as are all after it. */
function arrivals(marks: string): Arrival[] {
  let late = 0;
  return Array.from(marks, (mark, n) => {
    if (mark === ">") late += 50;
    const level = mark === "." ? -90 : -20;
    return { at: 20 * n + late, levels: [level, level] };
  });
}

Deno.test("heard: a wait runs from the line's end to the answer's first voiced packet", () => {
  const packets = arrivals(".".repeat(10) + "#".repeat(10) + ".".repeat(40) + "#".repeat(5) + "..");
  const lines = [{ start: 0, end: 100 }, { start: 500, end: 900 }, { start: 2_000, end: 2_100 }];
  assert.deepEqual(hearing(packets, lines, 3_000), {
    waits: [100, 300, null],
    cutOffs: 0,
    gaps: [...Array(9).fill(20), ...Array(4).fill(20)],
  });
});

Deno.test("heard: gaps count while an answer sounds, its pauses included, and not before or after", () => {
  const packets = arrivals("..##..##>###" + ".".repeat(40) + ">");
  assert.deepEqual(hearing(packets, [{ start: 0, end: 10 }], 5_000).gaps, [
    20,
    20,
    20,
    20,
    20,
    70,
    20,
    20,
    20,
  ]);
});

Deno.test("heard: an answer that begins within a line is a cut-off and no answer to it", () => {
  const packets = arrivals(".".repeat(10) + "#".repeat(5));
  assert.deepEqual(hearing(packets, [{ start: 100, end: 300 }], 400), {
    waits: [null],
    cutOffs: 1,
    gaps: Array(4).fill(20),
  });
});
