/** The last turn's times as a waterfall, and how the connection is; reads the browser only while it is open. */
import { useEffect, useState } from "preact/hooks";
import type { TurnTimes } from "../rtc/signalling.ts";
import type { Call } from "./call.ts";
import type { CallView } from "./view.ts";
import { fill, useWords } from "./i18n.ts";
import { read, type Reading, type Sums } from "./stats.ts";

const READ_EVERY_MS = 1_000;

export function Meter({ call, view }: { call: Call; view: CallView }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const live = view.phase === "live";
  const reading = useReading(call, open && live);
  const milliseconds = (value?: number) =>
    value === undefined ? undefined : fill(words.milliseconds, { n: String(Math.round(value)) });
  const rows: [string, string | undefined][] = [
    [words.frameRate, reading.fps?.toFixed(0)],
    [
      words.loss,
      reading.loss === undefined ? undefined : fill(words.percent, { n: reading.loss.toFixed(1) }),
    ],
    [words.roundTrip, milliseconds(reading.roundTrip)],
    [words.jitterSound, milliseconds(reading.jitterSound)],
    [words.jitterPicture, milliseconds(reading.jitterPicture)],
  ].filter((row): row is [string, string] => typeof row[1] === "string");
  return (
    <details class="meter" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.meter}</summary>
      {!live && !view.times && <p class="aside">{words.meterIdle}</p>}
      {view.times && <Waterfall times={view.times} />}
      {rows.length > 0 && (
        <dl class="figures">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </details>
  );
}

function Waterfall({ times }: { times: TurnTimes }) {
  const words = useWords();
  const steps = (Object.keys(words.steps) as (keyof typeof words.steps)[])
    .map((step) => ({ step, at: times[step] }))
    .filter((entry): entry is { step: keyof typeof words.steps; at: number } => entry.at !== undefined)
    .sort((a, b) => a.at - b.at);
  const longest = Math.max(1, ...steps.map(({ at }) => at));
  return (
    <>
      <p class="aside">{words.sinceSpeech}</p>
      <ol class="waterfall">
        {steps.map(({ step, at }, index) => {
          const from = Math.max(0, index === 0 ? 0 : steps[index - 1].at);
          const bar = { marginLeft: share(from, longest), width: share(Math.max(0, at - from), longest) };
          return (
            <li key={step}>
              <span>{words.steps[step]}</span>
              <span class="track">
                <i style={bar} />
              </span>
              <span>{Math.round(at)}</span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

function share(part: number, whole: number): string {
  return `${(100 * part / whole).toFixed(1)}%`;
}

function useReading(call: Call, running: boolean): Reading {
  const [reading, setReading] = useState<Reading>({});
  useEffect(() => {
    if (!running) return setReading({});
    let sums: Sums | undefined;
    let over = false;
    const update = async () => {
      const report = await call.stats();
      if (!report || over) return;
      const result = read(report.values(), sums);
      sums = result.sums;
      setReading(result.reading);
    };
    void update();
    const timer = setInterval(update, READ_EVERY_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [call, running]);
  return reading;
}
