/**
 * `deno task bench:bargein [--turns N]`: every line the caller says falls into the reply to the one before, N times.
 * Measured at the caller, on one clock: from the first voiced sample of the caller to the last voiced sample of the
 * reply; and whether the caption, which is what history keeps, ends with the last word that was heard.
 */
import { parseArgs } from "node:util";
import { concat } from "../src/audio/pcm.ts";
import { createRandom } from "../src/face/random.ts";
import { compose, RATE, recording, type Utterance } from "../tests/dialogue.ts";
import { serve } from "../tests/served.ts";
import { openTranscriber } from "../tests/transcribe.ts";
import { wordErrors, words } from "../tests/word_error_rate.ts";
import { chattyConfig } from "./chatty.ts";
import { header, load, readConfig } from "./machine.ts";
import { play, type Played } from "./play.ts";
import { p50andP95 } from "./report.ts";
import { percentile, table } from "./statistics.ts";
import { type Stop, stops } from "./stops.ts";

const CLIPS = ["austen-0880", "austen-0890", "austen-0930", "cards", "austen-0920", "go-forward"];
const LEAD = 5;
/** Seconds from the end of one line to the next: the reply has begun by then and goes on. */
const WAIT = { least: 2.5, most: 5 };
const TAIL = 3;

const { values: options } = parseArgs({
  options: {
    turns: { type: "string", default: "30" },
    config: { type: "string", default: "configs/sample.yaml" },
    seed: { type: "string", default: "1" },
  },
});

async function lines(count: number): Promise<Utterance[]> {
  const random = createRandom(Number(options.seed));
  const out: Utterance[] = [];
  for (let i = 0; i <= count; i++) {
    const utterance = await recording(CLIPS[i % CLIPS.length]);
    const silence = new Float32Array(Math.round((WAIT.least + random() * (WAIT.most - WAIT.least)) * RATE));
    out.push({ ...utterance, pcm: concat([utterance.pcm, silence]) });
  }
  return out;
}

interface Heard extends Stop {
  text: string;
  /** Words of the caption that were not heard, less those that were heard beyond it. */
  ahead: number;
  /** Words that differ in any way; the recogniser's own mistakes count too. */
  differ: number;
}

async function hear(found: Stop[], { recording: { reply, rate } }: Played): Promise<Heard[]> {
  await using ears = await openTranscriber();
  const out: Heard[] = [];
  for (const stop of found) {
    const [from, to] = [stop.sound.start - 0.2, stop.sound.end + 0.1].map((at) => Math.round(at * rate));
    const text = await ears.transcribe(reply.slice(from, to), rate);
    const ahead = words(stop.caption).length - words(text).length;
    out.push({ ...stop, text, ahead, differ: wordErrors(stop.caption, text).errors });
  }
  return out;
}

const config = await chattyConfig(options.config);
try {
  console.log(await header(await readConfig(config)));
  const microphone = compose(await lines(Number(options.turns)), LEAD, 0);
  await using server = await serve(["--config", config]);
  const played = await play(server, microphone, TAIL);
  const found = stops(played);
  const heard = await hear(found.filter((stop) => typeof stop === "object"), played);
  console.log();
  console.log(table(
    ["said into the reply", "silent after ms", "caption", "heard", "words ahead", "words that differ"],
    heard.map(({ line, took, caption, text, ahead, differ }) => [
      line.name,
      Math.round(took),
      caption,
      text,
      ahead,
      differ,
    ]),
  ));
  const apart = heard.map(({ ahead }) => Math.abs(ahead));
  const within = apart.filter((count) => count <= 1).length;
  const missed = (why: string) => found.filter((stop) => stop === why).length;
  console.log(
    `\nUser's onset to silence: ${p50andP95(heard.map(({ took }) => took))}; ${heard.length} interruptions.`,
  );
  console.log(
    `Caption against sound: words apart p50 ${percentile(apart, 0.5)}, p95 ${percentile(apart, 0.95)}; ` +
      `within one word ${within} of ${heard.length}.`,
  );
  console.log(
    `Left out: ${missed("no reply sounded")} lines while no reply sounded, ` +
      `${missed("the reply was not stopped")} whose reply was not stopped.`,
  );
  console.log(load("after"));
} finally {
  await Deno.remove(config);
}
