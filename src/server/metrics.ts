/**
 * What the server has done so far, for Prometheus to fetch: its text exposition format, version 0.0.4
 * (github.com/prometheus/docs, "Exposition formats").
 */
import type { TurnTimes } from "../rtc/signalling.ts";

/** What `/metrics` answers with. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface Metrics {
  /** Counts a turn that is over and when its steps happened. */
  turn(times: TurnTimes): void;
  /** Counts something that went wrong in a handler. */
  fault(handler: string): void;
  /** All of it as text. */
  text(): string;
}

/** The state of the moment, read whenever the metrics are. */
export interface Levels {
  calls: number;
  waiting: number;
  /** Bytes. */
  rss: number;
}

/** Upper bounds in seconds: fine where an answer is quick, coarse where it is late anyway. */
export const BUCKETS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3] as const;

/** The steps that are measured, in the order of a usual turn; the name in a metric or span, and what it says. */
export const STEPS = {
  transcript: ["transcript", "the final transcript was there"],
  endOfTurn: ["end_of_turn", "the caller's turn was held to be over"],
  firstToken: ["first_token", "the reply's first piece of text was there"],
  firstClause: ["first_clause", "the reply's first clause had its phonemes"],
  firstAudio: ["first_audio", "the reply's first sound was there"],
  firstPacket: ["first_packet", "the first packet of the reply was sent"],
  mouthMoved: ["mouth_moved", "the first picture of the speaking mouth was sent"],
  interrupted: ["interrupted", "the reply was interrupted"],
} as const satisfies Partial<Record<keyof TurnTimes, readonly [string, string]>>;
export type Step = keyof typeof STEPS;

/** The steps that a turn went through, in the order in which they happened. */
export function stepsOf(times: TurnTimes): { step: Step; at: number }[] {
  return (Object.keys(STEPS) as Step[])
    .flatMap((step) => times[step] === undefined ? [] : [{ step, at: times[step] }])
    .sort((a, b) => a.at - b.at);
}

interface Histogram {
  /** How many values lie at or below each bound of `BUCKETS`. */
  buckets: number[];
  sum: number;
  count: number;
}

/** @param levels tells the state of the moment */
export function createMetrics(levels: () => Levels): Metrics {
  const steps = Object.keys(STEPS) as Step[];
  const histograms = new Map<Step, Histogram>(
    steps.map((step) => [step, { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 }]),
  );
  const faults = new Map<string, number>();
  let turns = 0;
  let interruptions = 0;
  return {
    turn(times) {
      turns++;
      if (times.interrupted !== undefined) interruptions++;
      for (const { step, at } of stepsOf(times)) observe(histograms.get(step)!, at / 1000);
    },
    fault: (handler) => void faults.set(handler, (faults.get(handler) ?? 0) + 1),
    text() {
      const { calls, waiting, rss } = levels();
      const byHandler: [string, number][] = [...faults].map((
        [name, n],
      ) => [`{handler="${escape(name)}"}`, n]);
      return [
        ...steps.map((step) => histogram(step, histograms.get(step)!)),
        family("oac_turns_total", "counter", "Turns that are over.", [["", turns]]),
        family("oac_interruptions_total", "counter", "Turns whose reply was interrupted.", [[
          "",
          interruptions,
        ]]),
        family("oac_faults_total", "counter", "What went wrong in a handler.", byHandler),
        family("oac_calls", "gauge", "Calls that have a place.", [["", calls]]),
        family("oac_waiting", "gauge", "Callers who wait for a place.", [["", waiting]]),
        family("oac_resident_memory_bytes", "gauge", "Memory of the process.", [["", rss]]),
      ].join("");
    },
  };
}

function observe(into: Histogram, seconds: number): void {
  into.sum += seconds;
  into.count++;
  BUCKETS.forEach((bound, i) => into.buckets[i] += Number(seconds <= bound));
}

function histogram(step: Step, { buckets, sum, count }: Histogram): string {
  const [short, what] = STEPS[step];
  return family(
    `oac_turn_${short}_seconds`,
    "histogram",
    `From the caller's last voiced sample until ${what}.`,
    [
      ...BUCKETS.map((bound, i): [string, number] => [`_bucket{le="${bound}"}`, buckets[i]]),
      ['_bucket{le="+Inf"}', count],
      ["_sum", Math.round(sum * 1e6) / 1e6],
      ["_count", count],
    ],
  );
}

/** One metric with all its samples; `suffix`: what follows the name, labels included. */
function family(
  name: string,
  type: string,
  help: string,
  samples: [suffix: string, value: number][],
): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  return [...lines, ...samples.map(([suffix, value]) => `${name}${suffix} ${value}`)].join("\n") + "\n";
}

/** A label's value may hold anything once these three are escaped. */
function escape(label: string): string {
  return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
