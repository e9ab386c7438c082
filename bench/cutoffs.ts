/**
 * `deno task bench:cutoffs [--turns N]`: is a caller who pauses to think left in peace? Recordings with a pause of 300,
 * 600 or 900 ms between two words are played through server and browser, N of each length. A reply whose first voiced
 * sample comes before the sentence is over is a cut-off. The wait at the true ends stands beside, because either figure
 * is easily bought with the other.
 */
import { parseArgs } from "node:util";
import { compose, RATE, recording, type Utterance } from "../tests/dialogue.ts";
import { serve } from "../tests/served.ts";
import { openTranscriber } from "../tests/transcribe.ts";
import { type Answer, answers } from "./answers.ts";
import { header, load, readConfig } from "./machine.ts";
import { withPause, wordGaps } from "./pauses.ts";
import { play } from "./play.ts";
import { percentile, table } from "./statistics.ts";
import { rounded, waitsOf } from "./report.ts";

const CLIPS = [
  "austen-0880",
  "cards",
  "austen-0890",
  "go-forward",
  "austen-0870",
  "austen-0920",
  "austen-0930",
];
/** Milliseconds. */
const PAUSES = [300, 600, 900];
const LEAD = 5;
const AFTER = 8;
/** Sentences of one call: in the course of a long one the clocks of microphone and recording drift apart. */
const CALL = 14;
/** Places used of each recording. */
const PLACES = 2;

const { values: options } = parseArgs({
  options: {
    turns: { type: "string", default: "14" },
    config: { type: "string", default: "configs/sample.yaml" },
  },
});

/** Every recording with every place between words, as often as there is one. */
async function places() {
  await using ears = await openTranscriber();
  const transcribe = (pcm: Float32Array) => ears.transcribe(pcm, RATE);
  const found = [];
  for (const name of CLIPS) {
    const utterance = await recording(name);
    const gaps = await wordGaps(utterance, transcribe, PLACES);
    found.push(...gaps.map((gap, i) => ({ utterance, gap, order: i })));
  }
  return found.toSorted((a, b) => a.order - b.order);
}

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
const between = await places();
const utterances: Utterance[] = [];
const lengths: number[] = [];
for (let i = 0; i < Number(options.turns) * PAUSES.length; i++) {
  // Every place meets every length, and lengths and sentences alternate.
  const pause = PAUSES[i % PAUSES.length];
  const { utterance, gap } = between[Math.floor(i / PAUSES.length) % between.length];
  lengths.push(pause);
  utterances.push({
    ...utterance,
    name: `${utterance.name} + ${pause} ms at ${gap.start.toFixed(2)} s`,
    pcm: withPause(utterance.pcm, gap, pause / 1000),
  });
}
await using server = await serve(["--config", options.config]);
const turns: Answer[] = [];
for (let from = 0; from < utterances.length; from += CALL) {
  const microphone = compose(utterances.slice(from, from + CALL), LEAD, AFTER);
  turns.push(...answers(await play(server, microphone, AFTER)));
}
const rows = PAUSES.map((pause) => row(`${pause} ms`, turns.filter((_, i) => lengths[i] === pause)));
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
