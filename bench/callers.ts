/**
 * How many callers one machine bears when others hear, think and speak: a real server (`configs/openai_compatible.yaml`;
 * without a face unless `--face` says who draws it), callers without browsers, and behind the server a stand-in for the
 * services (`stand_in.ts`), each in processes of their own.
 *
 *     deno task bench:callers [--callers 30] [--turns 10] [--pause 9] [--hearing 150] [--first-token 150] [--token 20]
 *         [--voice 100] [--face server|page]
 *
 * Every caller says the same recorded line again and again; they begin one after another, so that at any time some
 * speak and some listen. The delays (milliseconds) are the stand-in's.
 */
import { parseArgs } from "node:util";
import { recording } from "../tests/dialogue.ts";
import { TextLineStream } from "../tests/lines.ts";
import { serve, type Served, sources } from "../tests/served.ts";
import { type Measured, report } from "./callers_report.ts";
import type { Crowd } from "./crowd.ts";
import { load, processor, ROOT } from "./machine.ts";
import { machineUsage, shares, type Usage, usage } from "./processor.ts";
import { type StandIn, VOICE_RATE } from "./stand_in.ts";

const CONFIG = "configs/openai_compatible.yaml";
const LINE = "go-forward";
const SAID = "Go forward ten meters.";
/** Processes of callers. */
const CROWDS = 2;
/** Milliseconds after the last call was dialled until all have come about or have been given up. */
const PATIENCE = 15_000;
/** Milliseconds before the first call, and after the last one until everything is measured. */
const LEAD = 2_000;
const SETTLE = 5_000;

interface Helper extends AsyncDisposable {
  readonly pid: number;
  /** The next line it prints. */
  line(): Promise<string>;
}

function start(file: string, settings: StandIn | Crowd): Helper {
  const args = ["run", "-A", `${ROOT}bench/${file}`, JSON.stringify(settings)];
  const child = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdout: "piped" }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  return {
    pid: child.pid,
    async line() {
      const { value } = await lines.read();
      if (value === undefined) throw new Error(`${file} ended before it was done`);
      return value;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await lines.cancel();
      await child.status;
    },
  };
}

/** Who draws the face. */
type Face = "none" | "server" | "page";

function startServer(url: string, callers: number, face: Face): Promise<Served> {
  const program = sources(["--config", CONFIG]);
  const key = "OAC_CHAT_ENGINE_HANDLER_CONFIGS_";
  const env = {
    ...program.env,
    OAC_SERVICE_CONCURRENT_LIMIT: String(callers),
    [`${key}TTS2FACE_ENABLED`]: String(face !== "none"),
    [`${key}TTS2FACE_RENDER`]: face === "page" ? "client" : "server",
    [`${key}ASR_OPENAI_BASE_URL`]: url,
    [`${key}LLM_OPENAI_BASE_URL`]: url,
    [`${key}TTS_OPENAI_BASE_URL`]: url,
    [`${key}TTS_OPENAI_SAMPLE_RATE`]: String(VOICE_RATE),
  };
  return serve(["--config", CONFIG], { ...program, env });
}

/** @throws when the server ends, with the last it said. */
async function ended(server: Served): Promise<never> {
  await server.status;
  throw new Error(`The server ended:\n${server.lines.slice(-10).join("\n")}`);
}

/** @throws when they do not come about: without processor time they do not even get to give up. */
async function ready(crowds: Helper[], patience: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const message = `The callers were not ready within ${
    patience / 1000
  } s: other processes leave them too little time`;
  const timer = setTimeout(() => late.reject(new Error(message)), patience);
  await Promise.race([Promise.all(crowds.map((crowd) => crowd.line())), late.promise]);
  clearTimeout(timer);
}

async function measure(server: Served, standIn: Helper, crowds: Helper[]): Promise<Measured> {
  const read = (): Usage[] => [server, standIn, ...crowds].map(({ pid }) => usage(pid));
  const before = read(), busy = machineUsage();
  const [first, ...others] = crowds.map((crowd) => crowd.line());
  const reports = [JSON.parse(await first)];
  const after = read(), used = machineUsage() - busy;
  const { handlers, rss } = await (await fetch(`${server.url}/healthz`)).json();
  for (const other of others) reports.push(JSON.parse(await other));
  const all = (i: number) => shares(before[i], after[i], []).all;
  const callers = crowds.reduce((sum, _, i) => sum + all(i + 2), 0);
  return {
    calls: reports.flat(),
    server: shares(before[0], after[0], Object.keys(handlers)),
    standIn: all(1),
    crowds: callers,
    // The clock of the kernel is coarse: what is left of nothing may be below it.
    others: Math.max(0, 100 * used / (after[0].at - before[0].at) - all(0) - all(1) - callers),
    memory: rss,
  };
}

const { values } = parseArgs({
  options: {
    "callers": { type: "string", default: "30" },
    "turns": { type: "string", default: "10" },
    "pause": { type: "string", default: "9" },
    "hearing": { type: "string", default: "150" },
    "first-token": { type: "string", default: "150" },
    "token": { type: "string", default: "20" },
    "voice": { type: "string", default: "100" },
    "face": { type: "string", default: "none" },
  },
});
const [callers, turns, pause] = [values.callers, values.turns, values.pause].map(Number);
const settings: StandIn = {
  text: SAID,
  hearing: Number(values.hearing),
  firstToken: Number(values["first-token"]),
  token: Number(values.token),
  voice: Number(values.voice),
};
let good: boolean;
{
  console.log(
    `Processor: ${await processor()}, ${navigator.hardwareConcurrency} cores; Deno ${Deno.version.deno}.`,
  );
  console.log(load("before"));
  console.log(`The stand-in's delays, ms: ${JSON.stringify(settings)}`);
  await using standIn = start("stand_in.ts", settings);
  const url = await standIn.line();
  const face = values.face as Face, watching = face === "page" ? "looks" : face === "server";
  await using server = await startServer(url, callers, face);
  const period = 1000 * ((await recording(LINE)).pcm.length / 16_000 + pause);
  const delays = Array.from({ length: callers }, (_, i) => LEAD + i * period / callers);
  const duration = LEAD + period * (turns + 2) + SETTLE;
  await using crowds = new AsyncDisposableStack();
  const helpers = Array.from({ length: CROWDS }, (_, i) => {
    const some = delays.filter((_, n) => n % CROWDS === i);
    return crowds.use(
      start("crowd.ts", { url: server.url, line: LINE, pause, delays: some, duration, watching }),
    );
  });
  await Promise.race([ready(helpers, LEAD + period + PATIENCE), ended(server)]);
  const measured = await Promise.race([measure(server, standIn, helpers), ended(server)]);
  // The calls are over when the crowds have ended; the server needs a moment to say so.
  await crowds.disposeAsync();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { text, held } = report(measured, server.lines);
  console.log(text);
  good = held;
  console.log(load("after"));
}
Deno.exit(good ? 0 : 1);
