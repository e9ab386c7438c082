/** What became of the calls of `callers.ts`, as a Markdown table. */
import type { OutboundStats } from "../src/rtc/outbound.ts";
import type { PeerStats } from "../src/rtc/peer.ts";
import type { TurnTimes } from "../src/rtc/signalling.ts";
import type { CallReport } from "./crowd.ts";
import { p50andP95, rounded } from "./report.ts";
import { percentile, table } from "./statistics.ts";

export interface Measured {
  calls: CallReport[];
  /** Percent of a core: of the server by thread, and of the other processes. */
  server: Record<string, number>;
  standIn: number;
  crowds: number;
  /** Whatever else ran on the machine. */
  others: number;
  /** Bytes of the server. */
  memory: number;
}

/** What the server says of a call when it is over. */
interface Farewell {
  media: PeerStats;
  out: OutboundStats;
}

type Row = [string, string | number];

/** Milliseconds: no longer gap at p99 between packets of an answer. */
const GOAL = 60;

function farewells(log: readonly string[]): Farewell[] {
  return log.flatMap((line) => {
    const json = /Call \w+ is over: .*? (\{.*\})$/.exec(line)?.[1];
    const { media, out } = json ? JSON.parse(json) : {};
    return media && out ? [{ media, out }] : [];
  });
}

const sum = <T>(of: readonly T[], value: (each: T) => number) =>
  of.reduce((all, each) => all + value(each), 0);
const worst = <T>(of: readonly T[], value: (each: T) => number) => rounded(Math.max(...of.map(value)));

function heardRows(calls: CallReport[]): Row[] {
  const waits = calls.flatMap(({ waits }) => waits);
  const given = waits.filter((wait) => wait !== null);
  const gaps = calls.flatMap(({ gaps }) => gaps);
  const gap = (p: number) => rounded(percentile(gaps, p));
  return [
    ["calls that held", `${calls.filter(({ held }) => held).length} of ${calls.length}`],
    ["dialling to first packet", p50andP95(calls.flatMap(({ connected }) => connected ?? []))],
    [
      "turns answered",
      `${given.length} of ${waits.length}, begun too early ${sum(calls, ({ cutOffs }) => cutOffs)}`,
    ],
    ["last voiced sample sent to first received", p50andP95(given)],
    ["between packets of an answer", `p50 ${gap(0.5)}, p99 ${gap(0.99)}, worst ${gap(1)} ms`],
    [
      "callers' own packets late, worst call",
      `p95 ${worst(calls, ({ lateness }) => lateness.p95)}, worst ${
        worst(calls, ({ lateness }) => lateness.max)
      } ms`,
    ],
  ];
}

/** When the turns were held to be over, and answered, by the server's own record. */
function turnRow(log: readonly string[]): Row {
  const turns = log.flatMap((line): TurnTimes[] => {
    const json = / turn (\{.*\})$/.exec(line)?.[1];
    return json ? [JSON.parse(json)] : [];
  });
  const step = (name: "endOfTurn" | "firstPacket") => p50andP95(turns.flatMap((times) => times[name] ?? []));
  return ["end of turn; first packet of the answer", `${step("endOfTurn")}; ${step("firstPacket")}`];
}

/** Of the server's own record; its packets leave late by as much as its main thread is busy. */
function serverRows(calls: CallReport[], ends: Farewell[]): Row[] {
  const late = (of: "p50" | "p95" | "max") => worst(ends, ({ out }) => out.lateness[of]);
  return [
    [
      "packets lost on the way to the callers, to the server",
      `${sum(calls, ({ lost }) => lost)}, ${sum(ends, ({ media }) => media.mic.lost)}`,
    ],
    [
      "sound run out, packets left out",
      `${sum(ends, ({ out }) => out.underruns)}, ${sum(ends, ({ out }) => out.skippedPackets)}`,
    ],
    ["server's packets late, worst call", `p50 ${late("p50")}, p95 ${late("p95")}, worst ${late("max")} ms`],
  ];
}

/** @returns the table, and whether all calls held, all turns were answered and the packets came evenly enough. */
export function report(measured: Measured, log: readonly string[]): { text: string; held: boolean } {
  const { calls, server, standIn, crowds, others, memory } = measured;
  const faults = calls.flatMap(({ faults }) => faults);
  const rows: Row[] = [
    ...heardRows(calls),
    turnRow(log),
    ...serverRows(calls, farewells(log)),
    [
      "server, percent of a core",
      Object.entries(server).map(([name, share]) => `${name} ${share}`).join(", "),
    ],
    [
      "stand-in, callers, all other processes, percent of a core",
      [standIn, crowds, others].map((share) => share.toFixed(1)).join(", "),
    ],
    ["server's memory", `${(memory / 1e6).toFixed(0)} MB`],
    ["faults", faults.length],
  ];
  const told = [...new Set(faults)].map((fault) => `Fault: ${fault}`);
  const even = percentile(calls.flatMap(({ gaps }) => gaps), 0.99) <= GOAL;
  return {
    text: [table(["", ""], rows), ...told].join("\n"),
    held: even && calls.every(({ held, waits }) => held && waits.every((wait) => wait !== null)),
  };
}
