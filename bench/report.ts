/** Tables of a benchmark, as Markdown. */
import type { TurnTimes } from "../src/rtc/signalling.ts";
import type { Recording } from "../tests/caller.ts";
import type { Answer } from "./answers.ts";
import type { DirectTimes } from "./direct.ts";
import { percentile, table } from "./statistics.ts";

const STEPS = [
  "transcript",
  "endOfTurn",
  "firstToken",
  "firstClause",
  "firstAudio",
  "firstPacket",
  "mouthMoved",
] as const satisfies (keyof TurnTimes)[];
const HEAD = [...STEPS, "heard by the caller"];

export const rounded = (value: number | null | undefined) =>
  typeof value === "number" && !Number.isNaN(value) ? Math.round(value) : "–";

const present = <T>(values: readonly (T | null | undefined)[]): T[] =>
  values.filter((value) => value !== null && value !== undefined);

export const p50andP95 = (values: readonly number[]) =>
  `p50 ${rounded(percentile(values, 0.5))}, p95 ${rounded(percentile(values, 0.95))} ms`;

/** Every turn, then the percentiles of every step. */
export function turnTables(answers: readonly Answer[]): string {
  const cells = ({ times, wait }: Answer) => [
    times?.tries ?? "–",
    ...STEPS.map((step) => rounded(times?.[step])),
    rounded(wait),
  ];
  const column = (p: number) => [
    ...STEPS.map((step) => rounded(percentile(present(answers.map(({ times }) => times?.[step])), p))),
    rounded(percentile(waitsOf(answers), p)),
  ];
  return [
    "Milliseconds since the last voiced sample; server's own clock, last column at the caller.",
    table(
      ["turn", "said", "tries", ...HEAD],
      answers.map((answer, i) => [i + 1, answer.line.name, ...cells(answer)]),
    ),
    table(["", ...HEAD], [["p50", ...column(0.5)], ["p95", ...column(0.95)]]),
    `Answered ${waitsOf(answers).length} of ${answers.length}; ${cutOffs(answers)}.`,
  ].join("\n\n");
}

export const waitsOf = (answers: readonly Answer[]): number[] => present(answers.map(({ wait }) => wait));

export function cutOffs(answers: readonly Answer[]): string {
  const count = answers.filter(({ cutOff }) => cutOff).length;
  return `cut off ${count} of ${answers.length} (${(100 * count / answers.length).toFixed(1)} %)`;
}

/** How often the answer begun at a pause was the one given, and what the others cost. */
export function speculation(answers: readonly Answer[]): string {
  const records = present(answers.map(({ times }) => times));
  const sum = (of: "tries" | "spent" | "wasted") => records.reduce((all, times) => all + (times[of] ?? 0), 0);
  return `Answers begun in the dark: ${sum("tries")} for ${records.length} turns, so hits ` +
    `${(100 * records.length / sum("tries")).toFixed(0)} %; work on those dropped ` +
    `${(sum("wasted") / sum("spent")).toFixed(2)} times that on those given.`;
}

/** @param calls the turns of each call */
export function firstTurns(calls: readonly Answer[][]): string {
  const first = present(calls.map(([answer]) => answer?.wait));
  const later = percentile(waitsOf(calls.flatMap((turns) => turns.slice(1))), 0.5);
  const ratios = first.map((wait) => (wait / later).toFixed(2)).join(", ");
  return `First turn of each call / p50 of the later ones: ${ratios || "–"}.`;
}

/** The same lines answered by direct calls of the same models, one after another, beside what the caller heard. */
export function comparison(answers: readonly Answer[], direct: readonly DirectTimes[]): string {
  const pairs = answers.flatMap(({ times, wait }, i) => {
    const { endOfTurn, firstPacket } = times ?? {};
    if (wait === null || endOfTurn === undefined || firstPacket === undefined) return [];
    const { transcript, reply, sound, firstClause, firstPiece } = direct[i];
    // The way from the first packet to the caller's ear is the same for both.
    const naive = endOfTurn + transcript + reply + sound + (wait - firstPacket);
    return [{ naive, wait, visible: firstPacket - endOfTurn, raw: transcript + firstClause + firstPiece }];
  });
  const p50 = (numbers: number[]) => percentile(numbers, 0.5);
  const stages = ["transcript", "firstClause", "reply", "firstPiece", "sound"] as const;
  const ratio = (name: string, over: number[], under: number[]) =>
    `${name}: ${(p50(over) / p50(under)).toFixed(2)} (ratio of the p50s), ` +
    `${p50(over.map((value, i) => value / under[i])).toFixed(2)} (p50 of the turns' own ratios).`;
  const [waits, naive] = [pairs.map(({ wait }) => wait), pairs.map(({ naive }) => naive)];
  const [visible, raw] = [pairs.map(({ visible }) => visible), pairs.map(({ raw }) => raw)];
  return [
    "Direct calls of the same models, one after another, milliseconds:",
    table(
      ["", ...stages],
      [0.5, 0.95].map((p) => [
        `p${100 * p}`,
        ...stages.map((stage) => rounded(percentile(direct.map((times) => times[stage]), p))),
      ]),
    ),
    `One after another (end of turn + transcript + reply + sound + the way to the caller): ${
      p50andP95(naive)
    }; ` +
    `heard by the caller: ${p50andP95(waits)}; ${pairs.length} turns.`,
    ratio("Heard by the caller / one after another", waits, naive),
    `Sum of the raw stages (transcript + first clause + first piece): ${p50andP95(raw)}; ` +
    `visible after the end of turn: ${p50andP95(visible)}.`,
    ratio("Visible / raw", visible, raw),
  ].join("\n\n");
}

export function pictures({ frames }: Recording): string {
  const gaps = frames.slice(1).map((frame, i) => frame.time - frames[i].time);
  const seconds = (frames.at(-1)!.time - frames[0].time) / 1000;
  const gap = (p: number) => percentile(gaps, p).toFixed(0);
  return `${(frames.length / seconds).toFixed(1)} pictures a second; ` +
    `gaps p50 ${gap(0.5)}, p99 ${gap(0.99)}, worst ${gap(1)} ms`;
}
