import assert from "node:assert/strict";
import type { Span, SpanOptions, Tracer } from "@opentelemetry/api";
import { trace } from "@opentelemetry/api";
import type { ServerMessage, TurnTimes } from "../rtc/signalling.ts";
import { traceTurns } from "./trace.ts";

interface Made extends SpanOptions {
  name: string;
  end?: number;
  parent?: unknown;
}

/** Keeps every span; the clock stands at `at`. */
function collect() {
  const spans: Made[] = [];
  const told: ServerMessage[] = [];
  const clock = { at: 0 };
  const tracer = {
    startSpan(name: string, options: SpanOptions, parent) {
      const made: Made = { name, ...options, parent: parent && trace.getSpan(parent) };
      spans.push(made);
      const span = { isRecording: () => true, end: (at: number) => made.end = at };
      return Object.assign(made, span, { end: undefined, isRecording: span.isRecording }, {
        end: span.end,
      }) as unknown as Span;
    },
  } as Tracer;
  const tell = traceTurns("call-1", (message) => told.push(message), tracer, () => clock.at);
  return { spans, told, clock, tell };
}
