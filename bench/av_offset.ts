/**
 * `deno task bench:av_offset [--minutes N]`: holds a conversation through a running server and a real Chromium, and
 * prints how far mouth and voice are apart at the caller, twice: by what the browser itself says once a second
 * (`estimatedPlayoutTimestamp` of both tracks, W3C Identifiers for WebRTC's Statistics API; it counts the delay of the
 * sound card), and by what was heard and seen (the lag at which the mouth's opening follows the voice's level best;
 * the sound is taken before the sound card).
 */
import { parseArgs } from "node:util";
import { read } from "../src/client/stats.ts";
import { launchBrowser } from "../tests/browser.ts";
import { openCaller } from "../tests/caller.ts";
import { serve } from "../tests/served.ts";
import { lipLag } from "./lip_lag.ts";
import { sourceLag } from "./lip_source.ts";
import { lipRecord, watchLips } from "./lip_watch.ts";
import { longTalk } from "./lines.ts";
import { header, load, readConfig } from "./machine.ts";
import { percentile } from "./statistics.ts";

/** With less correlation than this the lag found means nothing; the drawn mouth itself reaches some 0.3. */
const CLEAR = 0.25;

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    config: { type: "string", default: "configs/sample.yaml" },
  },
});
const seconds = Number(options.minutes) * 60;

console.log(await header(await readConfig(options.config)));
const file = await Deno.makeTempFile({ suffix: ".wav" });
try {
  await Deno.writeFile(file, await longTalk(seconds));
  await using server = await serve(["--config", options.config]);
  await using browser = await launchBrowser({ microphone: file });
  await using caller = await openCaller(browser.browser, server.url);
  await caller.start();
  await watchLips(caller);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const record = await lipRecord(caller);

  const track = (kind: string, at?: number) => ({ type: "inbound-rtp", kind, estimatedPlayoutTimestamp: at });
  const offsets = record.playout
    .map(({ audio, video }) => read([track("audio", audio), track("video", video)]).reading.mouthBehind)
    .filter((offset) => offset !== undefined);
  const away = offsets.map(Math.abs);
  const { behind, r, pictures } = lipLag(record);
  const ms = (value: number) => value.toFixed(0);
  console.log(`Turns: ${server.lines.filter((line) => line.includes("turn {")).length}.`);
  console.log(
    `Mouth behind voice by the browser's figures, ${offsets.length} seconds: p50 ${
      ms(percentile(offsets, 0.5))
    }, p5 ${ms(percentile(offsets, 0.05))}, p95 ${ms(percentile(offsets, 0.95))} ms; away from zero p50 ${
      ms(percentile(away, 0.5))
    }, p95 ${ms(percentile(away, 0.95))}, worst ${ms(percentile(away, 1))} ms.`,
  );
  const within = away.filter((offset) => offset <= 40).length;
  console.log(`Within 40 ms: ${(100 * within / away.length).toFixed(1)} % of the seconds.`);
  const source = await sourceLag();
  const clear = r >= CLEAR;
  console.log(
    `Mouth behind voice by ear and eye: ${clear ? `${ms(behind)} ms` : "not clear"} ` +
      `(correlation ${r.toFixed(2)}, ${pictures} pictures); as it is drawn ${ms(source.behind)} ms ` +
      `(correlation ${source.r.toFixed(2)}).`,
  );
  console.log(`Pictures a second: ${(record.mouth.length / seconds).toFixed(1)}.`);
} finally {
  await Deno.remove(file);
}
console.log(load("after"));
