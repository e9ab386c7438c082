/** The last turn's times as a waterfall, and how the connection is; reads the browser only while it is open. */
import { useEffect, useState } from "preact/hooks";
import type { TurnTimes } from "../rtc/signalling.ts";
import type { Call } from "./call.ts";
import type { CallView } from "./view.ts";
import { fill, useWords } from "./i18n.ts";
import { read, type Reading, type Sums } from "./stats.ts";

const READ_EVERY_MS = 1_000;

type Row = [name: string, value: string | undefined];

export function Meter({ call, view }: { call: Call; view: CallView }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const live = view.phase === "live";
  const reading = useReading(call, open && live);
  const filled = (text: string, n?: string) => n === undefined ? undefined : fill(text, { n });
  const whole = (value?: number) =>
    value === undefined ? undefined : String(Math.round(value)).replace("-", "−");
  const milliseconds = (value?: number) => filled(words.milliseconds, whole(value));
  const ofTurn: Row[] = [
    [words.tries, whole(view.times?.tries)],
    [words.spent, milliseconds(view.times?.spent)],
    [words.wasted, milliseconds(view.times?.wasted)],
  ];
  const ofLine: Row[] = [
    [words.frameRate, whole(reading.fps)],
    [words.loss, filled(words.percent, reading.loss?.toFixed(1))],
    [words.roundTrip, milliseconds(reading.roundTrip)],
    [words.jitterSound, milliseconds(reading.jitterSound)],
    [words.jitterPicture, milliseconds(reading.jitterPicture)],
    [words.mouthBehind, milliseconds(reading.mouthBehind)],
  ];
  return (
    <details class="meter" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.meter}</summary>
      {!live && !view.times && <p class="aside">{words.meterIdle}</p>}
      {view.times && <Waterfall times={view.times} />}
      <Figures rows={ofTurn} />
      <Figures rows={ofLine} />
    </details>
  );
}

/** What is not known is left out. */
function Figures({ rows }: { rows: Row[] }) {
  const known = rows.filter(([, value]) => value !== undefined);
  if (known.length === 0) return null;
  return (
    <dl class="figures">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Waterfall({ times }: { times: TurnTimes }) {
  const words = useWords();
  const steps = (Object.keys(words.steps) as (keyof typeof words.steps)[])
    .map((step) => ({ step, at: times[step] }))
    .filter((entry): entry is { step: keyof typeof words.steps; at: number } => entry.at !== undefined)
    .sort((a, b) => a.at - b.at);
  // What was done ahead, before the last word, lies left of zero.
  const origin = Math.min(0, steps[0]?.at ?? 0);
  const whole = Math.max(1, (steps.at(-1)?.at ?? 0) - origin);
  return (
    <>
      <p class="aside">{words.sinceSpeech}</p>
      <ol class="waterfall">
        {steps.map(({ step, at }, index) => {
          const from = index === 0 ? 0 : steps[index - 1].at;
          const bar = {
            // A step that took no time at the very end is seen all the same.
            marginLeft: `min(${share(Math.min(from, at) - origin, whole)}, 100% - 4px)`,
            width: share(Math.abs(at - from), whole),
          };
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
