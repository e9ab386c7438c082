/**
 * `deno task bench:loss [--turns N]`: the same conversation over a clean line and over one that loses 5 % of all
 * datagrams and delays each by up to 30 ms, N turns of each, in the order clean, bad, bad, clean.
 */
import { parseArgs } from "node:util";
import { compose } from "../tests/dialogue.ts";
import { serve } from "../tests/served.ts";
import { type Answer, answers } from "./answers.ts";
import { createDetour } from "./detour.ts";
import { plainLines } from "./lines.ts";
import { header, load, readConfig } from "./machine.ts";
import { play } from "./play.ts";
import { cutOffs, p50andP95, waitsOf } from "./report.ts";
import { percentile } from "./statistics.ts";

const LEAD = 6;
const PAUSE = 8;

const { values: options } = parseArgs({
  options: {
    turns: { type: "string", default: "30" },
    loss: { type: "string", default: "0.05" },
    jitter: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    config: { type: "string", default: "configs/sample.yaml" },
  },
});
const bad = { loss: Number(options.loss), jitter: Number(options.jitter) };
const clean = { loss: 0, jitter: 0 };

console.log(await header(await readConfig(options.config)));
const turns = new Map<object, Answer[]>([[clean, []], [bad, []]]);
const microphone = compose(await plainLines(Math.ceil(Number(options.turns) / 2)), LEAD, PAUSE);
{
  await using server = await serve(["--config", options.config]);
  for (const [round, line] of [clean, bad, bad, clean].entries()) {
    // Both go through the relay, so that it makes no difference itself.
    using detour = createDetour({ ...line, seed: Number(options.seed) + round });
    turns.get(line)!.push(...answers(await play(server, microphone, PAUSE, detour.prepare)));
    const { passed, lost } = detour.counts;
    console.log(`Call ${round + 1}: ${lost} of ${passed + lost} datagrams lost.`);
  }
}
const report = (name: string, line: object) => {
  const waits = waitsOf(turns.get(line)!);
  const { length } = turns.get(line)!;
  console.log(
    `${name}: ${p50andP95(waits)} at the caller; answered ${waits.length} of ${length}; ${
      cutOffs(turns.get(line)!)
    }.`,
  );
  return waits;
};
const [good, worse] = [report("Clean line", clean), report("Bad line", bad)];
const more = (p: number) => (percentile(worse, p) - percentile(good, p)).toFixed(0);
console.log(`The bad line costs ${more(0.5)} ms at p50, ${more(0.95)} ms at p95.`);
console.log(load("after"));
