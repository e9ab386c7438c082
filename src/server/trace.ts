/**
 * Turns as OpenTelemetry spans. Deno exports them when it runs with `OTEL_DENO=true`; without that the API makes spans
 * that record nothing, and there is neither an exporter nor a timer.
 */
import { context, type Span, trace, type Tracer } from "@opentelemetry/api";
import type { ServerMessage, TurnTimes } from "../rtc/signalling.ts";
import { STEPS, stepsOf } from "./metrics.ts";

type Tell = (message: ServerMessage) => void;

/**
 * Wraps what tells the page: everything is handed on, and each turn's record becomes a span "turn", from the caller's
 * last voiced sample to the moment of the record, with a child for each step, from the step before it to its own time.
 *
 * @param tracer makes the spans.
 * @param now milliseconds since 1970.
 */
export function traceTurns(
  session: string,
  tell: Tell,
  tracer: Tracer = trace.getTracer("open-avatar-chat"),
  now: () => number = Date.now,
): Tell {
  /** When steps of the present turn happened by this clock: a record counts from its turn's own beginning. */
  let seen: Partial<Record<"transcript" | "firstPacket", number>> = {};
  return (message) => {
    tell(message);
    if (message.type === "user" && message.final) seen = { transcript: now() };
    else if (message.type === "state" && message.state === "speaking") seen.firstPacket ??= now();
    else if (message.type === "times") {
      const over = now();
      record(tracer, session, message.times, beginning(message.times, { ...seen, interrupted: over }), over);
      seen = {};
    }
  };
}

/** A message may lag behind the step it tells of, never the other way round: the earliest beginning is the right one. */
function beginning(times: TurnTimes, seen: Partial<Record<keyof TurnTimes, number>>): number {
  const candidates = (Object.keys(seen) as (keyof TurnTimes)[])
    .flatMap((step) => times[step] === undefined ? [] : [seen[step]! - times[step]]);
  return candidates.length > 0 ? Math.min(...candidates) : seen.interrupted!;
}

function record(tracer: Tracer, session: string, times: TurnTimes, start: number, end: number): void {
  const { turn: number, interrupted, tries, spent, wasted } = times;
  const steps = stepsOf(times);
  const attributes = {
    "session": session,
    "turn.number": number,
    "turn.interrupted": interrupted !== undefined,
    "turn.tries": tries,
    "turn.spent_ms": spent,
    "turn.wasted_ms": wasted,
  };
  // An answer that was begun before the caller's last word has steps before it.
  const first = Math.min(0, steps[0]?.at ?? 0);
  const turn: Span = tracer.startSpan("turn", { startTime: start + first, attributes, root: true });
  if (turn.isRecording()) {
    const parent = trace.setSpan(context.active(), turn);
    steps.forEach(({ step, at }, i) => {
      const from = i === 0 ? first : steps[i - 1].at;
      tracer.startSpan(STEPS[step][0], { startTime: start + from }, parent).end(start + at);
    });
  }
  turn.end(end);
}
