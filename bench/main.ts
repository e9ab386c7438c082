/**
 * `deno task bench [--turns N]`: plays recorded speech through a running server and a real Chromium, and prints how long
 * each step of an answer took. What counts is measured at the caller: microphone and reply are recorded on one clock,
 * and the interval runs from the last voiced sample of the one to the first voiced sample of the other.
 */
import { parseArgs } from "node:util";
import type { TurnTimes } from "../src/rtc/signalling.ts";
import { launchBrowser } from "../tests/browser.ts";
import { openCaller, type Recording } from "../tests/caller.ts";
import { compose, type Line, recording, type Utterance } from "../tests/dialogue.ts";
import { serve } from "../tests/served.ts";
import { voiced } from "../tests/voiced.ts";
import { shares, usage } from "./processor.ts";
import { percentile, table } from "./statistics.ts";

const CLIPS = ["austen-0880", "go-forward", "austen-0930", "austen-0890", "cards", "austen-0920"];
const LEAD = 5;
const PAUSE = 7;
const STEPS = [
  "endOfTurn",
  "transcript",
  "firstToken",
  "firstClause",
  "firstAudio",
  "firstPacket",
  "mouthMoved",
] as const;

const { values: { turns: count, config } } = parseArgs({
  options: {
    turns: { type: "string", default: "12" },
    config: { type: "string", default: "configs/sample.yaml" },
  },
});

/** Milliseconds from the end of each line to the reply's onset; null where none came before the next line. */
function answers({ mic, reply, rate }: Recording, lines: Line[]): (number | null)[] {
  const heard = voiced(mic, rate);
  if (heard.length === 0) throw new Error("The recording of the microphone is silent.");
  const shift = heard[0].start - lines[0].start;
  const onsets = voiced(reply, rate).map((span) => span.start);
  return lines.map((line, i) => {
    const from = line.end + shift;
    const to = (lines[i + 1]?.start ?? Infinity) + shift;
    const onset = onsets.find((start) => start > from && start < to);
    return onset === undefined ? null : (onset - from) * 1000;
  });
}

function pictures({ frames }: Recording): string {
  const gaps = frames.slice(1).map((frame, i) => frame.time - frames[i].time);
  const seconds = (frames.at(-1)!.time - frames[0].time) / 1000;
  const rate = (frames.length / seconds).toFixed(1);
  return `${rate} pictures a second; gaps p50 ${percentile(gaps, 0.5).toFixed(0)}, p99 ${
    percentile(gaps, 0.99).toFixed(0)
  }, ` +
    `worst ${Math.max(...gaps).toFixed(0)} ms`;
}

const utterances: Utterance[] = [];
for (let i = 0; i < Number(count); i++) utterances.push(await recording(CLIPS[i % CLIPS.length]));
const { wav, lines } = compose(utterances, LEAD, PAUSE);
const file = await Deno.makeTempFile({ suffix: ".wav" });
await Deno.writeFile(file, wav);
try {
  await using server = await serve(["--config", config]);
  await using browser = await launchBrowser({ microphone: file });
  await using caller = await openCaller(browser.browser, server.url);
  await caller.start();
  const health = async () => await (await fetch(`${server.url}/healthz`)).json();
  const before = usage(server.pid);
  await new Promise((resolve) => setTimeout(resolve, (lines.at(-1)!.end + PAUSE) * 1000));
  const { handlers, rss } = await health();
  const after = usage(server.pid);
  const record = await caller.recording();
  const times: TurnTimes[] = server.lines.flatMap((line) => {
    const json = / turn (\{.*\})/.exec(line)?.[1];
    return json ? [JSON.parse(json)] : [];
  });
  const waits = answers(record, lines);

  console.log(
    `\nMilliseconds since the last voiced sample; server's own clock, last column at the caller.\n`,
  );
  const number = (value: number | null | undefined) => typeof value === "number" ? Math.round(value) : "–";
  console.log(table(
    ["turn", "said", ...STEPS, "heard by the caller"],
    lines.map((
      line,
      i,
    ) => [i + 1, line.name, ...STEPS.map((step) => number(times[i]?.[step])), number(waits[i])]),
  ));
  const column = (p: number) => [
    ...STEPS.map((step) => number(percentile(times.flatMap((t) => t[step] ?? []), p))),
    number(percentile(waits.filter((wait) => wait !== null), p)),
  ];
  console.log();
  console.log(
    table(["", ...STEPS, "heard by the caller"], [["p50", ...column(0.5)], ["p95", ...column(0.95)]]),
  );
  console.log(
    `\nAnswered ${
      waits.filter((wait) => wait !== null).length
    } of ${lines.length}; turns taken ${times.length}.`,
  );
  console.log(`Face: ${pictures(record)}.`);
  console.log(`Processor, percent of one core: ${JSON.stringify(shares(before, after, handlers))}`);
  console.log(
    `Memory: ${(rss / 1e6).toFixed(0)} MB. Load of the machine: ${
      Deno.loadavg().map((x) => x.toFixed(1)).join(", ")
    }.`,
  );
} finally {
  await Deno.remove(file);
}
