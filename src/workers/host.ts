/** The main thread's side of one worker: start it, feed it within its window, notice when it dies. */
import { belongsToReply, type Frame, transferables } from "../engine/frame.ts";
import type { Log, SessionInfo } from "../engine/handler.ts";
import { createMailbox, type Mailbox } from "../engine/mailbox.ts";
import { BEAT, type ClockZero, type FromWorker, type Spent, type ToWorker, WINDOW_IN } from "./protocol.ts";
import type { Deed } from "./probe.ts";
import { type Folders, type Position, rightsOf } from "./rights.ts";

export interface HostOptions {
  position: Position;
  folders: Folders;
  log: Log;
  /** Takes a frame the handler made; the handler may make more once the promise is settled. */
  deliver(frame: Frame): Promise<void>;
  /** A frame that belongs to a reply has been dealt with. */
  spent(spent: Spent): void;
  /** The worker is gone, whatever the cause; calls it served have lost their state. */
  died(reason: string): void;
}

export interface Host extends AsyncDisposable {
  readonly handler: string;
  open(session: SessionInfo, zero: ClockZero): Promise<void>;
  close(session: string): Promise<void>;
  /** Resolves once the frame has found room; mic frames never wait, the oldest goes instead. */
  post(frame: Frame): Promise<void>;
  cancel(session: string, epoch: number): void;
  /** Has the worker try what is forbidden to it. @returns what was not refused. `root`: the project's folder. */
  probe(root: string): Promise<Deed[]>;
}

/** One caller's way into the worker. Sound from the microphone must never be late, the rest must never be lost. */
interface Lane {
  live: Mailbox<Frame>;
  rest: Mailbox<Frame>;
  inFlight: number;
}

/** A second of the microphone. */
const LIVE_FRAMES = 32;
const REST_FRAMES = 128;
/** A native call may block a worker for a second or two; loading is bounded separately. */
const SILENT_BEATS = 15;
const LOAD_TIMEOUT = 120_000;
const STOP_TIMEOUT = 5_000;

/**
 * Starts a worker and loads the handler in it.
 * @throws when the handler cannot be loaded, with the handler's own words.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { position, folders, log } = options;
  const handler = position.name;
  const worker = new Worker(new URL("./entry.ts", import.meta.url), {
    type: "module",
    name: handler,
    deno: { permissions: rightsOf(position, folders) },
  });
  const lanes = new Map<string, Lane>();
  const calls = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let nextCall = 1;
  let alive = true;
  let ready = false;
  let lastBeat = performance.now();
  const loaded = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const probed = Promise.withResolvers<Deed[]>();
  // Only the doctor waits for it.
  probed.promise.catch(() => {});
  const send = (message: ToWorker, transfer: Transferable[] = []) => {
    if (alive) worker.postMessage(message, { transfer });
  };

  const end = (reason: string) => {
    if (!alive) return;
    alive = false;
    clearInterval(watchdog);
    worker.terminate();
    const error = new Error(`Worker "${handler}" ended: ${reason}`);
    loaded.reject(error);
    stopped.resolve();
    probed.reject(error);
    for (const { reject } of calls.values()) reject(error);
    calls.clear();
    for (const lane of lanes.values()) {
      lane.live.close();
      lane.rest.close();
    }
    lanes.clear();
  };
  /** A worker that has not even loaded is reported by the rejected start alone. */
  const die = (reason: string) => {
    if (!alive) return;
    const served = ready;
    end(reason);
    if (served) options.died(reason);
  };
  // Loading may block the worker for long on a busy machine; it has a bound of its own.
  const watchdog = setInterval(() => {
    if (ready && performance.now() - lastBeat > SILENT_BEATS * BEAT) die("no sign of life");
  }, BEAT);

  const feed = (id: string, lane: Lane) => {
    while (lane.inFlight < WINDOW_IN) {
      const frame = lane.rest.take() ?? lane.live.take();
      if (!frame) return;
      lane.inFlight++;
      send({ type: "frame", frame }, transferables(frame));
      if (!lanes.has(id)) return;
    }
  };

  worker.onerror = (event) => {
    event.preventDefault();
    die(event.message);
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    lastBeat = performance.now();
    switch (data.type) {
      case "ready":
        ready = true;
        loaded.resolve();
        break;
      case "failed":
        loaded.reject(new Error(data.message));
        log.error(`${handler}: ${data.message}`);
        break;
      case "reply": {
        const call = calls.get(data.call);
        calls.delete(data.call);
        if (data.error === null) call?.resolve();
        else call?.reject(new Error(data.error));
        break;
      }
      case "frame": {
        const acknowledge = () => send({ type: "ack", session: data.frame.session });
        options.deliver(data.frame).then(acknowledge, (error) => {
          log.error(`Routing "${data.frame.kind}" of "${handler}" failed: ${error}`);
          acknowledge();
        });
        break;
      }
      case "done": {
        const lane = lanes.get(data.session);
        if (!lane) break;
        lane.inFlight--;
        if (data.spent) options.spent(data.spent);
        feed(data.session, lane);
        break;
      }
      case "log":
        log[data.level](`${handler}: ${data.message}`);
        break;
      case "probed":
        probed.resolve(data.deeds);
        break;
      case "stopped":
        stopped.resolve();
    }
  };

  const request = (make: (call: number) => ToWorker) =>
    new Promise<void>((resolve, reject) => {
      if (!alive) return reject(new Error(`Worker "${handler}" is not running.`));
      const call = nextCall++;
      calls.set(call, { resolve, reject });
      send(make(call));
    });

  send({ type: "load", handler, config: position.config, ...folders });
  const slow = setTimeout(() => die("loading took too long"), LOAD_TIMEOUT);
  try {
    await loaded.promise;
  } catch (error) {
    end("loading failed");
    throw error;
  } finally {
    clearTimeout(slow);
  }

  return {
    handler,
    async open(session, zero) {
      await request((call) => ({ type: "open", call, session, zero }));
      const live = createMailbox<Frame>(LIVE_FRAMES, "drop oldest");
      lanes.set(session.id, { live, rest: createMailbox<Frame>(REST_FRAMES, "wait"), inFlight: 0 });
    },
    async close(session) {
      const lane = lanes.get(session);
      if (!lane) return;
      lanes.delete(session);
      lane.live.close();
      lane.rest.close();
      await request((call) => ({ type: "close", call, session }));
    },
    async post(frame) {
      const lane = lanes.get(frame.session);
      if (!lane) return;
      const put = (frame.kind === "audio.mic" ? lane.live : lane.rest).put(frame);
      feed(frame.session, lane);
      await put;
    },
    cancel(session, epoch) {
      lanes.get(session)?.rest.sweep((frame) => belongsToReply(frame) && frame.epoch < epoch);
      send({ type: "cancel", session, epoch });
    },
    probe(root) {
      send({ type: "probe", root });
      return probed.promise;
    },
    async [Symbol.asyncDispose]() {
      if (!alive) return;
      send({ type: "stop" });
      const late = setTimeout(stopped.resolve, STOP_TIMEOUT);
      await stopped.promise;
      clearTimeout(late);
      end("stopped");
    },
  };
}
