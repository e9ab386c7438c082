import assert from "node:assert/strict";
import type { ServerMessage } from "../rtc/signalling.ts";
import { traceTurns } from "./trace.ts";

interface ExportedSpan {
  name: string;
  spanId: string;
  parentSpanId: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

type Script = [at: number, message: ServerMessage][];

/** Plays messages at moments of the wall clock, in a program of its own; what its Deno exports as spans comes back. */
async function exported(script: Script): Promise<ExportedSpan[]> {
  const spans: ExportedSpan[] = [];
  await using collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.json();
    for (const resource of body.resourceSpans ?? []) {
      for (const scope of resource.scopeSpans) spans.push(...scope.spans);
    }
    return Response.json({});
  });
  const program = `
    import { traceTurns } from ${JSON.stringify(import.meta.resolve("./trace.ts"))};
    let clock = 0;
    const tell = traceTurns("call-1", () => {}, undefined, () => clock);
    for (const [at, message] of ${JSON.stringify(script)}) {
      clock = at;
      tell(message);
    }`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
    },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return spans;
}

/** Name, beginning and end in milliseconds since `zero`, in the order of the ends. */
function timesOf(spans: ExportedSpan[], zero: number): [string, number, number][] {
  const since = (nanoseconds: string) => Math.round(Number(BigInt(nanoseconds) / 1000n) / 1000 - zero);
  return spans.map(({ name, startTimeUnixNano, endTimeUnixNano }) =>
    [name, since(startTimeUnixNano), since(endTimeUnixNano)] as [string, number, number]
  ).sort((a, b) => a[2] - b[2] || b[1] - a[1]);
}

const said = (turn: number): ServerMessage => ({ type: "user", turn, text: "Hello.", final: true });
const attributesOf = ({ attributes }: ExportedSpan) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
/** The wall clock at which the caller falls silent. */
const ZERO = 1_800_000_000_000;

Deno.test("trace: Deno exports a turn and, below it, its steps as they followed each other", async () => {
  const spans = await exported([
    // This message lags 5 ms behind the step, the next one does not.
    [ZERO + 205, said(1)],
    [ZERO + 500, { type: "state", state: "speaking" }],
    [ZERO + 3000, {
      type: "times",
      times: { turn: 1, endOfTurn: 128, transcript: 200, firstToken: 300, firstPacket: 500, tries: 2 },
    }],
  ]);
  assert.deepEqual(timesOf(spans, ZERO), [
    ["end_of_turn", 0, 128],
    ["transcript", 128, 200],
    ["first_token", 200, 300],
    ["first_packet", 300, 500],
    ["turn", 0, 3000],
  ]);
  const turn = spans.find(({ name }) => name === "turn")!;
  assert.ok(spans.every((span) => span === turn || span.parentSpanId === turn.spanId));
  assert.deepEqual(attributesOf(turn), {
    "session": "call-1",
    "turn.number": 1,
    "turn.interrupted": false,
    "turn.tries": 2,
  });
});

Deno.test("trace: an interrupted turn ends with its interruption; an early answer begins before the last word", async () => {
  const spans = await exported([
    [ZERO + 150, said(7)],
    [ZERO + 900, {
      type: "times",
      times: { turn: 7, transcript: 150, endOfTurn: 160, firstToken: -80, interrupted: 900 },
    }],
  ]);
  assert.deepEqual(timesOf(spans, ZERO), [
    ["first_token", -80, -80],
    ["transcript", -80, 150],
    ["end_of_turn", 150, 160],
    ["interrupted", 160, 900],
    ["turn", -80, 900],
  ]);
  assert.equal(attributesOf(spans.find(({ name }) => name === "turn")!)["turn.interrupted"], true);
});

Deno.test("trace: without Deno's switch everything is only handed on", () => {
  const told: ServerMessage[] = [];
  const messages = [said(1), {
    type: "times",
    times: { turn: 1, transcript: 100 },
  }] satisfies ServerMessage[];
  const tell = traceTurns("call-1", (message) => told.push(message));
  messages.forEach(tell);
  assert.deepEqual(told, messages);
});
