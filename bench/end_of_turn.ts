/**
 * `deno run -A bench/end_of_turn.ts [--set key=value]... [recording.wav]...`: would the end of turn cut people off?
 *
 * Stretches gaps between words of real speech to 300, 600 and 900 ms, one at a time, and runs it through VAD,
 * recogniser and SmartTurn, frame by frame on the recording's own clock. A pause is cut off when the answer may be
 * heard before the speech goes on. Without recordings it takes those of the tests, with which nothing was tuned.
 */
import { parseArgs } from "node:util";
import { concat } from "../src/audio/pcm.ts";
import { resample } from "../src/audio/resample.ts";
import { readWav } from "../src/audio/wav.ts";
import type { Body, Frame } from "../src/engine/frame.ts";
import type { Model } from "../src/engine/handler.ts";
import { handler as asr } from "../src/handlers/asr/moonshine.ts";
import { handler as turn } from "../src/handlers/turn/smart_turn.ts";
import { handler as vad } from "../src/handlers/vad/silero.ts";
import { context, load, microphone, session, stamp } from "../tests/hearing.ts";
import { type Gap, gapsOf, roomOf } from "./gaps.ts";
import { percentile, table } from "./statistics.ts";

const RATE = 16_000;
const PAUSES = [300, 600, 900];
/** Silence before and after a recording, samples. */
const AROUND = 16_000;
/** An answer is not heard sooner after the last voiced sample than this, whatever the judgement (ms). */
const QUICKEST = 350;

/** One silence in which a judgement was made. */
interface Silence {
  /** Where the last voiced sample was, in samples. */
  from: number;
  /** Milliseconds until speech went on; infinite at the true end. */
  length: number;
  wait: number;
  text: string;
}

interface Ears {
  models: [Model<unknown>, Model<unknown>, Model<unknown>];
  states: [unknown, unknown, unknown];
}

async function listen(ears: Ears, which: 0 | 1 | 2, frame: Frame): Promise<Body[]> {
  return await Array.fromAsync(ears.models[which].handle(ears.states[which], frame, context()));
}

/** Every silence of a recording that is one turn, as the session would have it judged. */
async function silences(models: Ears["models"], pcm: Float32Array): Promise<Silence[]> {
  const states = await Promise.all(models.map((model) => model.open(session))) as Ears["states"];
  const ears = { models, states };
  const found: Silence[] = [];
  let samples = 0;
  let text = "";
  let began = false;
  for (const body of microphone(pcm)) {
    samples += 320;
    const at = samples * 1000 / RATE;
    const stamped = (body: Body): Frame => ({ ...stamp(body), at });
    for (const cut of await listen(ears, 0, stamped(body))) {
      const last = found.at(-1);
      if (cut.kind === "speech.start" && last) last.length = at - cut.lead - last.from * 1000 / RATE;
      // Before an answer is heard all that is said belongs to the same turn.
      const heard: Body = cut.kind === "speech.start" && began ? { ...cut, kind: "speech.resume" } : cut;
      began ||= cut.kind === "speech.start";
      const judged = await listen(ears, 2, stamped(structuredClone(heard)));
      for (const said of await listen(ears, 1, stamped(heard))) {
        if (said.kind === "text.user" && said.final) text = said.text;
        judged.push(...await listen(ears, 2, stamped(said)));
      }
      for (const { wait } of judged.filter((body) => body.kind === "turn.judged")) {
        const present = found.at(-1);
        if (present?.length === Infinity) Object.assign(present, { wait, text });
        else if (cut.kind === "speech.pause" || cut.kind === "speech.end") {
          found.push({ from: samples - cut.lead * RATE / 1000, length: Infinity, wait, text });
        }
      }
    }
  }
  for (let n = 0; n < 3; n++) await models[n].close(states[n]);
  return found;
}

/** The recording with a gap stretched to that many milliseconds, and its room's silence there and around. */
function paused(pcm: Float32Array, { middle, length }: Gap, milliseconds: number): Float32Array<ArrayBuffer> {
  const around = roomOf(pcm, AROUND);
  const pause = roomOf(pcm, Math.max(0, milliseconds * RATE / 1000 - length));
  return concat([around, pcm.subarray(0, middle), pause, pcm.subarray(middle), around]);
}

interface Row {
  recording: string;
  /** What was put in, ms; null: a pause or an end that the recording has itself. */
  pause: number | null;
  silence: Silence;
}

async function measure(models: Ears["models"], recording: string, pcm: Float32Array): Promise<Row[]> {
  const rows: Row[] = (await silences(models, paused(pcm, { middle: 0, length: 0 }, 0)))
    .map((silence) => ({ recording, pause: null, silence }));
  for (const gap of gapsOf(pcm)) {
    for (const pause of PAUSES.filter((pause) => pause * RATE / 1000 > gap.length)) {
      const middle = AROUND + gap.middle;
      const silence = (await silences(models, paused(pcm, gap, pause)))
        .find(({ from, length }) =>
          from <= middle + RATE / 10 && from + length * RATE / 1000 > middle + RATE / 10
        );
      // Where the VAD hears no pause nobody can be cut off.
      const none = { from: middle, length: pause, wait: Infinity, text: "(went unnoticed)" };
      rows.push({ recording, pause, silence: silence ?? none });
    }
  }
  return rows;
}

const cut = ({ silence }: Row) => silence.wait < silence.length;
const cutInPractice = ({ silence }: Row) => Math.max(silence.wait, QUICKEST) < silence.length;
const share = (rows: Row[], test: (row: Row) => boolean) =>
  `${rows.filter(test).length} (${(100 * rows.filter(test).length / Math.max(1, rows.length)).toFixed(0)} %)`;

async function readPcm(path: string): Promise<Float32Array> {
  const { pcm, rate } = readWav(await Deno.readFile(path));
  return rate === RATE ? pcm : resample(pcm, rate, RATE);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { set: { type: "string", multiple: true, default: [] } },
});
const recordings = `${import.meta.dirname}/../tests/recordings`;
const paths = positionals.length > 0
  ? positionals
  : Array.from(Deno.readDirSync(recordings), ({ name }) => `${recordings}/${name}`)
    .filter((path) => path.endsWith(".wav")).toSorted();
const settings = Object.fromEntries(
  values.set.map((pair) => pair.split("=")).map(([k, x]) => [k, Number(x)]),
);

const models = await Promise.all([load(vad), load(asr, { partial_interval: 0 }), load(turn, settings)]);
const rows: Row[] = [];
for (const path of paths) {
  rows.push(...await measure(models as Ears["models"], path.split("/").at(-1)!, await readPcm(path)));
}
for (const model of models) await model[Symbol.asyncDispose]();

const ends = rows.filter(({ pause, silence }) => pause === null && silence.length === Infinity);
const inner = rows.filter(({ silence }) => silence.length < Infinity);
console.log(table(
  ["recording", "pause", "ms", "wait", "cut off", "heard so far"],
  rows.map((row) => [
    row.recording,
    row.pause === null ? (row.silence.length === Infinity ? "end" : "own") : `${row.pause}`,
    row.silence.length.toFixed(0),
    row.silence.wait.toFixed(0),
    cut(row) && row.silence.length < Infinity ? "yes" : "",
    row.silence.text.slice(-40),
  ]),
));
console.log();
const groups: [string, Row[]][] = [
  ...PAUSES.map((pause) => [`${pause} ms`, inner.filter((row) => row.pause === pause)] as [string, Row[]]),
  ["all of these", inner.filter((row) => row.pause !== null)],
  ["the speaker's own", inner.filter((row) => row.pause === null)],
];
console.log(table(
  ["pause", "number", "cut off", `cut off by an answer after ${QUICKEST} ms`],
  groups.map(([name, of]) => [name, of.length, share(of, cut), share(of, cutInPractice)]),
));
const waits = ends.map(({ silence }) => silence.wait);
console.log(
  `Wait at ${waits.length} true ends: p50 ${percentile(waits, 0.5).toFixed(0)} ms, p95 ${
    percentile(waits, 0.95).toFixed(0)
  } ms`,
);
