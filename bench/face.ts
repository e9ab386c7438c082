/**
 * `deno task bench:face [--avatar NAME] [--turns N]`: what a face costs.
 *
 * First the drawing alone: milliseconds of 1,000 pictures, idle and speaking, at 512 and 720 pixels, each drawn, made
 * I420 and encoded as in a call, and the share of one core that makes at 25 and 30 pictures a second. Then a call: a real
 * server with its models, a caller without a browser who says a recorded line again and again, and the gaps between the
 * pictures that come; the last one draws the face itself and gets looks instead.
 */
import { parseArgs } from "node:util";
import type { FrameOf } from "../src/engine/frame.ts";
import { createActor } from "../src/face/actor.ts";
import { paintRoom } from "../src/face/background.ts";
import { PictureEncoder } from "../src/face/encoder.ts";
import { readPack } from "../src/face/packfolder.ts";
import { encodeLook } from "../src/face/look_code.ts";
import { createRandom } from "../src/face/random.ts";
import { createRenderer } from "../src/face/renderer.ts";
import { handler as piper } from "../src/handlers/tts/piper.ts";
import { answers, load as loadModel } from "../tests/hearing.ts";
import { serve, sources } from "../tests/served.ts";
import { call } from "./bare_caller.ts";
import { recordLoop } from "./crowd.ts";
import { hearing } from "./heard.ts";
import { load, processor, ROOT } from "./machine.ts";
import { shares, usage } from "./processor.ts";
import { percentile, table } from "./statistics.ts";

const PICTURES = 1_000, WARM_UP = 100;
const SIZES = [512, 720];
const TEXT =
  "My name is Joe, and I am a digital human. Please bring me a glass of water and two big apples, " +
  "or five small ones. The sun rises in the east and sets in the west, above the mountains and the sea. ";
const LINE = "go-forward";
const PAUSE = 9;
const CONFIG = "configs/sample.yaml";

const { values } = parseArgs({
  options: { avatar: { type: "string", default: "jonas" }, turns: { type: "string", default: "10" } },
});

/** The clauses of a reply by the default voice. */
async function speech(): Promise<FrameOf<"phonemes">[]> {
  await using voice = await loadModel(piper);
  const bodies = await answers(voice, [{ kind: "text.reply", delta: TEXT, last: true }]);
  const clauses = bodies.filter((body) => body.kind === "phonemes");
  return clauses.map((clause) => ({ session: "bench", turn: 1, epoch: 0, at: 0, ...clause }));
}

interface Times {
  /** The look alone, for a page that draws. */
  looked: number[];
  drawn: number[];
  converted: number[];
  encoded: number[];
  whole: number[];
}

/** Draws and encodes as in a call, as fast as it goes. Without clauses the face idles; with them it says them over and over. */
async function drawing(size: number, fps: number, clauses: FrameOf<"phonemes">[]): Promise<Times> {
  const pack = await readPack(`${ROOT}static/avatars/${values.avatar}`, size);
  const renderer = createRenderer(pack, size, paintRoom("studio", size));
  using encoder = new PictureEncoder({ codec: "h264", size, fps, bitrate: 1_000_000 });
  const actor = createActor(createRandom(7));
  const length = Math.max(0, ...clauses.flatMap(({ spans }) => spans.map(({ end }) => end)));
  for (const clause of clauses) actor.announce(clause);
  const names = [...pack.geometry.shapes.keys()];
  const times: Times = { looked: [], drawn: [], converted: [], encoded: [], whole: [] };
  for (let n = -WARM_UP; n < PICTURES; n++) {
    const media = (n + WARM_UP) * 1000 / fps;
    const begun = performance.now();
    const { weights, pose } = actor.step(1 / fps, {
      ...{ kind: "video.tick", session: "bench", turn: 1, epoch: 0, at: 0, media, key: false },
      position: length > 0 ? media / 1000 % length : -1,
      mood: length > 0 ? "speaking" : "idle",
    });
    encodeLook({ list: 1, media, weights, pose }, names);
    const looked = performance.now();
    renderer.render(weights, pose);
    const drawn = performance.now();
    const picture = renderer.toI420();
    const converted = performance.now();
    encoder.encode(picture, media, n === -WARM_UP);
    const encoded = performance.now();
    if (n < 0) continue;
    times.looked.push(looked - begun);
    times.drawn.push(drawn - looked);
    times.converted.push(converted - drawn);
    times.encoded.push(encoded - converted);
    times.whole.push(encoded - looked);
  }
  return times;
}

const ms = (value: number) => value.toFixed(value < 1 ? 3 : 1);
const spread = (times: number[]) =>
  `${ms(percentile(times, 0.5))} / ${ms(percentile(times, 0.99))} / ${ms(Math.max(...times))}`;
const mean = (times: number[]) => times.reduce((sum, time) => sum + time, 0) / times.length;

async function drawingTable(): Promise<string> {
  const clauses = await speech();
  const rows: string[][] = [];
  for (const size of SIZES) {
    for (const [name, said] of [["idle", []], ["speaking", clauses]] as const) {
      const { looked, drawn, converted, encoded, whole } = await drawing(size, 30, [...said]);
      const share = (fps: number) => `${(mean(whole) * fps / 10).toFixed(0)} %`;
      rows.push([
        `${size}², ${name}`,
        ...[looked, drawn, converted, encoded, whole].map(spread),
        share(25),
        share(30),
      ]);
    }
  }
  return table(
    ["p50 / p99 / worst, ms", "look", "drawn", "made I420", "encoded", "all", "of a core at 25", "at 30"],
    rows,
  );
}

/**
 * @param fps pictures a second that the server is asked for
 * @param looks does the caller draw them itself?
 */
async function callTable(fps: number, looks: boolean): Promise<string> {
  const loop = await recordLoop({ line: LINE, pause: PAUSE });
  const program = sources(["--config", CONFIG]);
  const env = { ...program.env, OAC_CHAT_ENGINE_HANDLER_CONFIGS_TTS2FACE_FPS: String(fps) };
  await using server = await serve(["--config", CONFIG], { ...program, env });
  await using caller = await call(server.url, loop, looks ? "looks" : true);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const before = usage(server.pid), first = caller.pictures.length;
  const period = loop.packets.length * 20;
  await new Promise((resolve) => setTimeout(resolve, period * Number(values.turns)));
  const after = usage(server.pid), pictures = caller.pictures.slice(first);
  const { handlers } = await (await fetch(`${server.url}/healthz`)).json();
  const used = shares(before, after, Object.keys(handlers));
  const gaps = pictures.slice(1).map((at, n) => at - pictures[n]);
  // The models work from the end of a line until its answer has been spoken; half of the pause is more than that.
  const working = pictures.slice(1).flatMap((at, n) =>
    caller.lines.some(({ end }) => at > end && at < end + PAUSE * 500) ? [at - pictures[n]] : []
  );
  const lines = caller.lines.slice(0, -1);
  const { waits } = hearing(caller.arrivals, lines, caller.lines.at(-1)?.start ?? performance.now());
  const seconds = (after.at - before.at).toFixed(0);
  return table([`${fps} a second, drawn by the ${looks ? "page" : "server"}`, ""], [
    ["answers to lines", `${waits.filter((wait) => wait !== null).length} of ${lines.length}, ${seconds} s`],
    ["pictures a second", ((pictures.length - 1) / (after.at - before.at)).toFixed(1)],
    ["gap between pictures, p50 / p99 / worst ms", spread(gaps)],
    ["the same while the models work", spread(working)],
    ["percent of a core", Object.entries(used).map(([name, share]) => `${name} ${share}`).join(", ")],
    ["faults", caller.faults.join("; ") || "none"],
  ]);
}

console.log(
  `Processor: ${await processor()}, ${navigator.hardwareConcurrency} cores; Deno ${Deno.version.deno}; ` +
    `avatar ${values.avatar}.`,
);
console.log(load("before"));
console.log(await drawingTable());
for (const fps of [25, 30]) console.log(`\n${await callTable(fps, false)}`);
console.log(`\n${await callTable(25, true)}`);
console.log(load("after"));
Deno.exit(0);
