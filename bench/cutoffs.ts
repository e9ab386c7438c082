/**
 * `deno task bench:cutoffs [--turns N]`: is a caller who pauses to think left in peace? Recordings with a pause of 300,
 * 600 or 900 ms between two words are played through server and browser, N of each length. A reply whose first voiced
 * sample comes before the sentence is over is a cut-off. The wait at the true ends stands beside, because either figure
 * is easily bought with the other.
 */
import { parseArgs } from "node:util";
import { compose } from "../tests/dialogue.ts";
import { serve } from "../tests/served.ts";
import { type Answer, answers } from "./answers.ts";
import { header, load, readConfig } from "./machine.ts";
import { pausedLines, PAUSES } from "./lines.ts";
import { play } from "./play.ts";
import { percentile, table } from "./statistics.ts";
import { rounded, waitsOf } from "./report.ts";

const LEAD = 5;
const AFTER = 8;
/** Sentences of one call: in the course of a long one the clocks of microphone and recording drift apart. */
const CALL = 14;
const { values: options } = parseArgs({
  options: {
    turns: { type: "string", default: "14" },
    config: { type: "string", default: "configs/sample.yaml" },
  },
});

function row(name: string, turns: Answer[]): (string | number)[] {
  const cut = turns.filter(({ cutOff }) => cutOff).length;
  const waits = waitsOf(turns);
  return [
    name,
    turns.length,
    cut,
    `${(100 * cut / turns.length).toFixed(1)} %`,
    rounded(percentile(waits, 0.5)),
    rounded(percentile(waits, 0.95)),
    turns.length - waits.length,
  ];
}

const config = await readConfig(options.config);
console.log(await header(config));
const lines = (await pausedLines(Number(options.turns))).map((line) => ({
  ...line,
  name: `${line.name} + ${line.pause} ms at ${line.gap.start.toFixed(2)} s`,
}));
await using server = await serve(["--config", options.config]);
const turns: Answer[] = [];
for (let from = 0; from < lines.length; from += CALL) {
  const microphone = compose(lines.slice(from, from + CALL), LEAD, AFTER);
  turns.push(...answers(await play(server, microphone, AFTER)));
}
const rows = PAUSES.map((pause) => row(`${pause} ms`, turns.filter((_, i) => lines[i].pause === pause)));
console.log();
console.log(table(
  ["said", "end of turn", "heard by the caller", "cut off"],
  turns.map(({ line, times, wait, cutOff }) => [
    line.name,
    rounded(times?.endOfTurn),
    rounded(wait),
    cutOff ? "yes" : "",
  ]),
));
console.log();
console.log(table(
  ["inner pause", "sentences", "cut off", "share", "wait at the true end, p50 ms", "p95 ms", "unanswered"],
  [...rows, row("all", turns)],
));
console.log(`\n${load("after")}`);
