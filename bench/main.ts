/**
 * `deno task bench [--turns N] [--naive]`: plays recorded speech through a running server and a real Chromium, and
 * prints how long each step of an answer took. What counts is measured at the caller: microphone and reply are recorded
 * on one clock, and the interval runs from the last voiced sample of the one to the first voiced sample of the other.
 *
 * With `--naive` the same models answer the same lines by direct calls, one after another; half of the turns come
 * before that and half after, so that a machine that grows slower or faster favours neither.
 */
import { parseArgs } from "node:util";
import { compose, type Utterance } from "../tests/dialogue.ts";
import { serve } from "../tests/served.ts";
import { voiced } from "../tests/voiced.ts";
import { type Answer, answers } from "./answers.ts";
import { type DirectTimes, openDirectChain } from "./direct.ts";
import { plainLines } from "./lines.ts";
import { header, load, readConfig } from "./machine.ts";
import { play, type Played } from "./play.ts";
import { comparison, firstTurns, pictures, speculation, turnTables } from "./report.ts";

const LEAD = 5;
const PAUSE = 8;
const RATE = 16_000;

const { values: options } = parseArgs({
  options: {
    turns: { type: "string", default: "12" },
    config: { type: "string", default: "configs/sample.yaml" },
    naive: { type: "boolean", default: false },
  },
});

/** The voiced part of an utterance: what a VAD would hand on. */
function speech({ pcm }: Utterance): Float32Array<ArrayBuffer> {
  const spans = voiced(pcm, RATE);
  return pcm.slice(spans[0].start * RATE, spans.at(-1)!.end * RATE);
}

async function direct(utterances: Utterance[]): Promise<DirectTimes[]> {
  const times: DirectTimes[] = [];
  await using chain = await openDirectChain(config);
  for (const utterance of utterances) times.push(await chain.answer(speech(utterance)));
  return times;
}

const count = Number(options.turns);
const utterances = await plainLines(count);
const halves = options.naive
  ? [utterances.slice(0, Math.ceil(count / 2)), utterances.slice(Math.ceil(count / 2))]
  : [utterances];
const config = await readConfig(options.config);
console.log(await header(config));

const calls: { played: Played; turns: Answer[] }[] = [];
const naive: DirectTimes[] = [];
{
  await using server = await serve(["--config", options.config]);
  const call = async (part: Utterance[]) => {
    const played = await play(server, compose(part, LEAD, PAUSE), PAUSE);
    calls.push({ played, turns: answers(played) });
  };
  await call(halves[0]);
  if (options.naive) {
    for (const part of halves) naive.push(...await direct(part));
    await call(halves[1]);
  }
}

const all = calls.flatMap(({ turns }) => turns);
console.log(`\n${turnTables(all)}\n\n${firstTurns(calls.map(({ turns }) => turns))}\n\n${speculation(all)}`);
if (options.naive) console.log(`\n${comparison(all, naive)}`);
for (const { played } of calls) {
  console.log(`\nFace: ${pictures(played.recording)}.`);
  console.log(`Processor, percent of one core: ${JSON.stringify(played.processor)}.`);
  console.log(`Memory of the server: ${(played.memory / 1e6).toFixed(0)} MB.`);
}
console.log(load("after"));
