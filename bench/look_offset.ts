/**
 * `deno task bench:look_offset [--minutes N]`: holds a conversation with a page that draws the face itself, and prints how
 * far mouth and voice are apart there: the lag at which the jaw of the look that the page would draw follows the voice's
 * level best. The voice is taken before the sound card, the look before the screen. What is measured is the timing, so
 * nothing is filled: WebGL in software would take the time that the page needs.
 */
import { parseArgs } from "node:util";
import { createHeard } from "../src/client/heard.ts";
import { createBetween } from "../src/face/between.ts";
import { decodeLook, listOf } from "../src/face/look_code.ts";
import { launchBrowser, SOFTWARE_GL } from "../tests/browser.ts";
import { type Caller, openCaller } from "../tests/caller.ts";
import { serve, sources } from "../tests/served.ts";
import { lipLag } from "./lip_lag.ts";
import { sourceLag } from "./lip_source.ts";
import { lipRecord, watchLips } from "./lip_watch.ts";
import { longTalk } from "./lines.ts";
import { header, load, readConfig } from "./machine.ts";
import { percentile } from "./statistics.ts";

const CONFIG = "configs/sample.yaml";
/** Milliseconds between two moments that are looked at: as a display shows them. */
const STEP = 1000 / 60;

/** Times are milliseconds of the page's `performance.now()`. */
interface LookRecord {
  origin: number;
  zero: number;
  lists: { list: number; names: string[] }[];
  looks: { at: number; data: string }[];
  /** What the browser said of the sound that was played last. */
  readings: { at: number; rtpTimestamp: number; timestamp: number }[];
  /** Milliseconds from the browser to the ear, by its own figures. */
  delay: number;
}

/** Runs in the page before its call. */
function watch(): void {
  const origin = performance.timeOrigin;
  const record: LookRecord = { origin, zero: 0, lists: [], looks: [], readings: [], delay: 0 };
  Object.assign(globalThis, { __looks: record });
  WebGL2RenderingContext.prototype.drawElements = () => {};
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (label, options) {
    const channel = create.call(this, label, options);
    channel.addEventListener("message", ({ data }) => {
      if (label === "looks") {
        record.looks.push({
          at: performance.now(),
          data: btoa(String.fromCharCode(...new Uint8Array(data))),
        });
      } else if (JSON.parse(data).type === "drawn") record.lists.push(JSON.parse(data));
    });
    if (label === "call") {
      setInterval(() => {
        const audio = this.getReceivers().find(({ track }) => track.kind === "audio");
        const [source] = audio?.getSynchronizationSources() ?? [];
        const { rtpTimestamp, timestamp } = source ?? {};
        if (source) record.readings.push({ at: performance.now(), rtpTimestamp, timestamp });
      }, 16);
      setInterval(async () => {
        for (const report of (await this.getStats()).values()) {
          if (report.type !== "media-playout") continue;
          record.delay = 1000 * report.totalPlayoutDelay / report.totalSamplesCount;
        }
      }, 1000);
    }
    return channel;
  };
  const Socket = WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...all: ConstructorParameters<typeof Socket>) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "answer") record.zero = message.sound;
      });
    }
  };
}

/** The jaw as the page would have drawn it, moment by moment, from what came to it. */
function jawOf(
  { origin, zero, lists, looks, readings, delay }: LookRecord,
): { time: number; dark: number }[] {
  const between = createBetween(), mouth: { time: number; dark: number }[] = [];
  let reading: LookRecord["readings"][number] | undefined, next = 0, come = 0;
  const heard = createHeard(zero, origin, () => reading, () => delay);
  for (let time = readings[0].at; time < readings.at(-1)!.at; time += STEP) {
    while (readings[next]?.at <= time) reading = readings[next++];
    for (; looks[come]?.at <= time; come++) {
      const { buffer } = Uint8Array.fromBase64(looks[come].data);
      const names = lists.find(({ list }) => list === listOf(buffer))?.names;
      const look = names && decodeLook(buffer, names);
      if (look) between.add(look);
    }
    const media = heard.at(time), look = media === null ? null : between.at(media);
    if (look) mouth.push({ time, dark: look.weights.jawOpen ?? 0 });
  }
  return mouth;
}

async function converse(caller: Caller, seconds: number): Promise<LookRecord> {
  await caller.page.evaluate(watch);
  await caller.start();
  await watchLips(caller);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return await caller.page.evaluate("__looks");
}

const { values: options } = parseArgs({ options: { minutes: { type: "string", default: "5" } } });
const seconds = Number(options.minutes) * 60;
console.log(await header(await readConfig(CONFIG)));
const file = await Deno.makeTempFile({ suffix: ".wav" });
try {
  await Deno.writeFile(file, await longTalk(seconds));
  const program = sources(["--config", CONFIG]);
  const env = { ...program.env, OAC_CHAT_ENGINE_HANDLER_CONFIGS_TTS2FACE_RENDER: "client" };
  await using server = await serve(["--config", CONFIG], { ...program, env });
  await using browser = await launchBrowser({ microphone: file, args: SOFTWARE_GL });
  await using caller = await openCaller(browser.browser, server.url);
  const record = await converse(caller, seconds);
  const { blocks } = await lipRecord(caller),
    { behind, r, pictures } = lipLag({ blocks, mouth: jawOf(record) });
  const gaps = record.looks.slice(1).map(({ at }, i) => at - record.looks[i].at);
  const source = await sourceLag();
  const ms = (value: number) => value.toFixed(0);
  console.log(`Turns: ${server.lines.filter((line) => line.includes("turn {")).length}.`);
  console.log(
    `Jaw behind voice: ${ms(behind)} ms (correlation ${r.toFixed(2)}, ${pictures} moments; ` +
      `to the ear ${ms(record.delay)} ms by the browser's figures); ` +
      `as it is made ${ms(source.behind)} ms (correlation ${source.r.toFixed(2)}).`,
  );
  console.log(
    `Looks: ${(record.looks.length / seconds).toFixed(1)} a second, ` +
      `gaps p50 ${ms(percentile(gaps, 0.5))}, p99 ${ms(percentile(gaps, 0.99))}, worst ${
        ms(Math.max(...gaps))
      } ms.`,
  );
} finally {
  await Deno.remove(file);
}
console.log(load("after"));
Deno.exit(0);
