import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { CLIP, openSegmenter, type Rules, segment } from "./segmenter.ts";

/** With a pause as long as the end, none is told. */
const DEFAULTS: Rules = {
  threshold: 0.5,
  startDelay: 2048,
  pauseDelay: 2048,
  endDelay: 2048,
  lookBack: 1024,
  padding: 512,
};

/** Sample n of the stream has the value n + 1, so that what is handed on can be told apart from padding. */
function clip(index: number): Float32Array {
  return Float32Array.from({ length: CLIP }, (_, n) => index * CLIP + n + 1);
}

/** Zeros before, the stream's samples `from` (included) to `to` (not), zeros after. */
type Range = [before: number, from: number, to: number, after: number];

interface Replayed {
  starts: [clip: number, samples: number][];
  ends: [clip: number, samples: number][];
  /** What was handed on between each start and its end (or the end of the stream). */
  ranges: Range[];
}

function range(samples: number[]): Range {
  const before = samples.findIndex((sample) => sample !== 0);
  const last = samples.findLastIndex((sample) => sample !== 0);
  const body = samples.slice(before, last + 1);
  assert.ok(
    body.every((sample, n) => sample === body[0] + n),
    "samples are missing, doubled or out of order",
  );
  return [before, body[0] - 1, body.at(-1)!, samples.length - 1 - last];
}

function replay(probabilities: number[], rules: Rules): Replayed {
  const state = openSegmenter(rules);
  const replayed: Replayed = { starts: [], ends: [], ranges: [] };
  let samples: number[] = [];
  probabilities.forEach((probability, index) => {
    const cut = segment(state, rules, clip(index), probability);
    if (!cut) return;
    if (cut.start !== undefined) replayed.starts.push([index, cut.start]);
    samples.push(...cut.chunk);
    if (cut.end === undefined) return;
    replayed.ends.push([index, cut.end]);
    replayed.ranges.push(range(samples));
    samples = [];
  });
  if (samples.length > 0) replayed.ranges.push(range(samples));
  return replayed;
}

/** "." is silence, "#" speech, "=" exactly the threshold, one clip each. */
interface Case {
  name: string;
  clips: string;
  rules?: Partial<Rules>;
  starts: [number, number][];
  ends: [number, number][];
  ranges: Range[];
}

const CASES: Case[] = [
  { name: "silence", clips: "..........", starts: [], ends: [], ranges: [] },
  {
    name: "start on the fourth clip of speech, end on the fourth of silence",
    clips: ".....########....",
    starts: [[8, 2048]],
    ends: [[16, 2048]],
    ranges: [[512, 5 * 512 - 1024, 17 * 512, 512]],
  },
  { name: "three clips are too short", clips: "..###......###...", starts: [], ends: [], ranges: [] },
  {
    name: "a clip below the threshold starts over",
    clips: "..###.####..",
    starts: [[9, 2048]],
    ends: [],
    ranges: [[512, 6 * 512 - 1024, 12 * 512, 0]],
  },
  { name: "the threshold itself is not speech", clips: "..###=###=", starts: [], ends: [], ranges: [] },
  {
    name: "shorter silences are handed on and do not add up",
    clips: "...####...#..=#....",
    starts: [[6, 2048]],
    ends: [[18, 2048]],
    ranges: [[512, 3 * 512 - 1024, 19 * 512, 512]],
  },
  {
    name: "no look-back beyond the beginning of the call",
    clips: ".####....",
    starts: [[4, 2048]],
    ends: [[8, 2048]],
    ranges: [[512, 0, 9 * 512, 512]],
  },
  {
    name: "the next segment looks back into the silence before it",
    clips: "..####....####....",
    starts: [[5, 2048], [13, 2048]],
    ends: [[9, 2048], [17, 2048]],
    ranges: [[512, 0, 10 * 512, 512], [512, 10 * 512 - 1024, 18 * 512, 512]],
  },
  {
    name: "speech right after the end counts from its first clip",
    clips: "....####....#.####",
    starts: [[7, 2048], [17, 2048]],
    ends: [[11, 2048]],
    ranges: [[512, 2 * 512, 12 * 512, 512], [512, 12 * 512, 18 * 512, 0]],
  },
  {
    name: "delays are rounded up to clips, the look-back is exact",
    clips: "....####..........",
    rules: { startDelay: 513, endDelay: 4_800, lookBack: 700, padding: 0 },
    starts: [[5, 1024]],
    ends: [[17, 5120]],
    ranges: [[0, 4 * 512 - 700, 18 * 512, 0]],
  },
  {
    name: "no delays: one clip starts, one clip ends",
    clips: "..#.#.",
    rules: { startDelay: 0, endDelay: 0, lookBack: 0, padding: 7 },
    starts: [[2, 512], [4, 512]],
    ends: [[3, 512], [5, 512]],
    ranges: [[7, 2 * 512, 4 * 512, 7], [7, 4 * 512, 6 * 512, 7]],
  },
];

const PROBABILITY: Record<string, number> = { ".": 0.1, "#": 0.9, "=": 0.5 };

for (const { name, clips, rules, starts, ends, ranges } of CASES) {
  Deno.test(name, () => {
    const replayed = replay([...clips].map((mark) => PROBABILITY[mark]), { ...DEFAULTS, ...rules });
    assert.deepEqual(replayed, { starts, ends, ranges });
  });
}

/** What is told of each clip: "S" start, "P" pause, "E" end, "-" nothing. */
function told(clips: string, rules: Partial<Rules>): string {
  const all = { ...DEFAULTS, ...rules };
  const state = openSegmenter(all);
  return Array.from(clips, (mark, index) => {
    const cut = segment(state, all, clip(index), PROBABILITY[mark]);
    return cut?.start ? `S${cut.start}` : cut?.pause ? `P${cut.pause}` : cut?.end ? `E${cut.end}` : "-";
  }).join(" ");
}

Deno.test("a pause is told, and then that speech goes on, at its first clip, or is over", () => {
  const pauseDelay = 1024;
  assert.equal(
    told("####..#.#...###....", { pauseDelay }),
    "- - - S2048 - P1024 S512 - - - P1024 - S512 - - - P1024 - E2048",
  );
  assert.equal(told("####....", { pauseDelay: 0 }), "- - - S2048 P512 - - E2048");
  assert.equal(told("####....", { pauseDelay: 9999 }), "- - - S2048 - - - E2048", "no end waits for a pause");
});

Deno.test("whatever comes: starts and ends alternate and nothing in a segment is lost", () => {
  const sizes = fc.integer({ min: 0, max: 3_000 });
  fc.assert(fc.property(
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }),
    fc.record({ startDelay: sizes, endDelay: sizes, lookBack: sizes, padding: sizes }),
    (probabilities, sizes) => {
      const rules = { ...DEFAULTS, ...sizes, pauseDelay: sizes.endDelay };
      const { starts, ends, ranges } = replay(probabilities, rules);
      assert.equal(ranges.length, starts.length);
      starts.forEach(([at, lead], n) => {
        const [before, from, to, after] = ranges[n];
        const end = ends[n]?.[0];
        assert.equal(before, rules.padding);
        assert.equal(from, Math.max(0, (at + 1) * CLIP - lead - rules.lookBack));
        assert.equal(to, ((end ?? probabilities.length - 1) + 1) * CLIP);
        assert.equal(after, end === undefined ? 0 : rules.padding);
        assert.ok(lead >= rules.startDelay && lead < rules.startDelay + CLIP || lead === CLIP);
        assert.ok(n === 0 || ends[n - 1][0] < at);
      });
    },
  ));
});
