/**
 * A worker: one loaded handler, shared by all sessions. Frames of one session are handled one after another, those of
 * different sessions side by side, so that callers take turns at every `await`.
 */
import { setPriority } from "node:os";
import process from "node:process";
import { belongsToReply, type Body, type Frame, transferables } from "../engine/frame.ts";
import { type Context, kindsOf, type Log, type Model, type SessionInfo } from "../engine/handler.ts";
import { handlers } from "../handlers/registry.ts";
import { probe } from "./probe.ts";
import { BEAT, type FromWorker, type ToWorker, WINDOW_OUT } from "./protocol.ts";

interface Caller {
  state: unknown;
  queue: Frame[];
  zero: number;
  epoch: number;
  /** Fires when the caller leaves. */
  left: AbortController;
  /** Fires when the replies below the present epoch are cancelled. */
  reply: AbortController;
  unacknowledged: number;
  acknowledged: (() => void) | null;
  /** Is a frame being handled, or the queue looked at for the next? */
  busy: boolean;
  running: Promise<void> | null;
}

// The main thread ends this one in order. signal-exit, which node-llama-cpp brings along, would rather end the whole
// process, unless somebody else listens too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});

const post = (message: FromWorker, transfer: Transferable[] = []) => self.postMessage(message, { transfer });
const log: Log = {
  debug: (message) => post({ type: "log", level: "debug", message }),
  info: (message) => post({ type: "log", level: "info", message }),
  warn: (message) => post({ type: "log", level: "warn", message }),
  error: (message) => post({ type: "log", level: "error", message }),
};
const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error);
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

let handlerName = "";
let model: Model<unknown> | null = null;
const callers = new Map<string, Caller>();

async function load(message: Extract<ToWorker, { type: "load" }>): Promise<void> {
  handlerName = message.handler;
  const { handler } = await handlers[message.handler]();
  if (kindsOf(handler.produces, message.config).includes("video.reply")) giveWay(handler.name);
  model = await handler.load(message.config, {
    modelRoot: message.modelRoot,
    avatarRoot: message.avatarRoot,
    log,
  });
  post({ type: "ready" });
}

/** Niceness of the face's thread: a late picture is seen by few, a late word is heard by everybody. */
const NICE = 10;

/** Lets the threads that hear, think and speak go first wherever there are too few cores. */
function giveWay(handler: string): void {
  try {
    // 0 is this thread on Linux; elsewhere it would be the whole process.
    if (Deno.build.os === "linux") setPriority(0, NICE);
  } catch (error) {
    log.debug(`${handler} works at the usual priority: ${messageOf(error)}`);
  }
}

async function open(session: SessionInfo, zero: number): Promise<void> {
  const state = await model!.open(session);
  callers.set(session.id, {
    state,
    queue: [],
    zero,
    epoch: 0,
    left: new AbortController(),
    reply: new AbortController(),
    unacknowledged: 0,
    acknowledged: null,
    busy: false,
    running: null,
  });
}

async function close(id: string): Promise<void> {
  const caller = callers.get(id);
  if (!caller) return;
  callers.delete(id);
  caller.queue = [];
  caller.left.abort();
  caller.reply.abort();
  caller.acknowledged?.();
  await caller.running;
  await model!.close(caller.state);
}

function receive(frame: Frame): void {
  const caller = callers.get(frame.session);
  if (!caller) return;
  caller.queue.push(frame);
  if (!caller.busy) caller.running = drain(frame.session, caller);
}

async function drain(id: string, caller: Caller): Promise<void> {
  caller.busy = true;
  try {
    for (let frame; (frame = caller.queue.shift());) {
      const reply = belongsToReply(frame);
      const stale = reply && frame.epoch < caller.epoch;
      const milliseconds = stale ? 0 : await handle(caller, frame);
      const { session, turn, epoch } = frame;
      post({ type: "done", session: id, spent: reply ? { session, turn, epoch, milliseconds } : null });
    }
  } finally {
    // In the same step in which the queue was found empty: a frame may come in before whoever waits for this learns of it.
    caller.busy = false;
  }
}

/** Returns the milliseconds that the handler took. */
async function handle(caller: Caller, frame: Frame): Promise<number> {
  const reply = belongsToReply(frame);
  const signal = reply ? AbortSignal.any([caller.left.signal, caller.reply.signal]) : caller.left.signal;
  const now = () => performance.timeOrigin + performance.now() - caller.zero;
  const ctx: Context = {
    signal,
    log,
    now,
    breathe,
    waiting: (kind) => caller.queue.some((f) => f.kind === kind),
  };
  const { session, turn, epoch } = frame;
  const send = async (body: Body) => {
    post({ type: "frame", frame: { session, turn, epoch, at: now(), ...body } }, transferables(body));
    if (++caller.unacknowledged < WINDOW_OUT || signal.aborted) return;
    await new Promise<void>((resolve) => {
      caller.acknowledged = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    caller.acknowledged = null;
  };
  let spent = 0;
  let since = now();
  try {
    for await (const body of model!.handle(caller.state, frame, ctx)) {
      spent += now() - since;
      if (signal.aborted) break;
      await send(body);
      since = now();
    }
    spent += now() - since;
  } catch (error) {
    if (signal.aborted) return spent;
    log.error(`${handlerName} failed on "${frame.kind}": ${error instanceof Error ? error.stack : error}`);
    await send({ kind: "fault", handler: handlerName, code: "handler", message: messageOf(error) });
  }
  return spent;
}

function cancel(id: string, epoch: number): void {
  const caller = callers.get(id);
  if (!caller || epoch <= caller.epoch) return;
  caller.epoch = epoch;
  caller.reply.abort();
  caller.reply = new AbortController();
}

function acknowledge(id: string): void {
  const caller = callers.get(id);
  if (!caller) return;
  caller.unacknowledged--;
  if (caller.unacknowledged < WINDOW_OUT) caller.acknowledged?.();
}

async function stop(): Promise<void> {
  clearInterval(beat);
  for (const id of [...callers.keys()]) await close(id);
  await model?.[Symbol.asyncDispose]();
  post({ type: "stopped" });
}

async function answer(call: number, work: Promise<void>): Promise<void> {
  const error = await work.then(() => null, messageOf);
  post({ type: "reply", call, error });
}

const beat = setInterval(() => post({ type: "beat" }), BEAT);

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "load":
      load(data).catch((error) => post({ type: "failed", message: messageOf(error) }));
      break;
    case "open":
      answer(data.call, open(data.session, data.zero));
      break;
    case "close":
      answer(data.call, close(data.session));
      break;
    case "frame":
      receive(data.frame);
      break;
    case "cancel":
      cancel(data.session, data.epoch);
      break;
    case "ack":
      acknowledge(data.session);
      break;
    case "probe":
      probe(data.root, true).then((deeds) => post({ type: "probed", deeds }));
      break;
    case "stop":
      stop().catch((error) => post({ type: "failed", message: messageOf(error) }));
  }
};
