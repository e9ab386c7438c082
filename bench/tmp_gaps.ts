import { serve, sources } from "../tests/served.ts";
import { call } from "./bare_caller.ts";
import { recordLoop } from "./crowd.ts";
import { hearing } from "./heard.ts";
import { shares, usage } from "./processor.ts";
import { percentile } from "./statistics.ts";
const PAUSE = 9, turns = Number(Deno.args[0] ?? 6);
const loop = await recordLoop({ line: "go-forward", pause: PAUSE });
const args = ["--config", "configs/sample.yaml"], program = sources(args);
const server = await serve(args, {
  ...program,
  env: { ...program.env, OAC_CHAT_ENGINE_HANDLER_CONFIGS_TTS2FACE_FPS: Deno.args[1] ?? "25" },
});
const caller = await call(server.url, loop, true);
await new Promise((r) => setTimeout(r, 3000));
const before = usage(server.pid), first = caller.pictures.length;
await new Promise((r) => setTimeout(r, loop.packets.length * 20 * turns));
const after = usage(server.pid), pictures = caller.pictures.slice(first);
const { handlers } = await (await fetch(`${server.url}/healthz`)).json();
const used = shares(before, after, Object.keys(handlers));
const gaps = pictures.slice(1).map((at, n) => at - pictures[n]);
const working = pictures.slice(1).flatMap((at, n) =>
  caller.lines.some(({ end }) => at > end && at < end + PAUSE * 500) ? [at - pictures[n]] : []
);
const lines = caller.lines.slice(0, -1);
const { waits } = hearing(caller.arrivals, lines, caller.lines.at(-1)?.start ?? performance.now());
const f = (t: number[]) => [.5, .9, .95, .99, 1].map((p) => percentile(t, p).toFixed(0)).join("/");
console.log(
  "fps",
  (pictures.length / (after.at - before.at)).toFixed(1),
  "gaps",
  f(gaps),
  "working",
  f(working),
  working.length,
  "waits",
  waits.map((w) => w === null ? "-" : w.toFixed(0)).join(" "),
  JSON.stringify(used),
);
Deno.exit(0);
