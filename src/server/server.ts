/** The server: takes calls, hands frames to them, ends them all when it stops. */
import type { Frame } from "../engine/frame.ts";
import type { Log } from "../engine/handler.ts";
import type { Pipeline } from "../engine/pipeline.ts";
import type { PageInfo, TurnTimes } from "../rtc/signalling.ts";
import { startCrew } from "../workers/crew.ts";
import type { Folders, Position } from "../workers/rights.ts";
import { createApp } from "./app.ts";
import { type Call, startCall } from "./call.ts";
import { createMetrics } from "./metrics.ts";
import { createPlaces } from "./places.ts";
import type { Tls } from "./tls.ts";

export interface ServerOptions {
  host: string;
  port: number;
  tls: Tls;
  places: number;
  queue: number;
  positions: readonly Position[];
  pipeline: Pipeline;
  folders: Folders;
  fps: number;
  hold: number;
  page: PageInfo;
  log: Log;
}

export interface Server extends AsyncDisposable {
  /** Settles when the server has ended. */
  readonly finished: Promise<void>;
}

/**
 * Loads every handler, then listens.
 * @throws when a handler does not load or the port is taken; nothing is left running then.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { log, pipeline, tls } = options;
  const calls = new Map<string, Call>();
  const places = createPlaces(options.places, options.queue);
  const memory = () => Deno.memoryUsage().rss;
  const metrics = createMetrics(() => ({ calls: places.taken, waiting: places.waiting, rss: memory() }));
  const stopping = new AbortController();
  const crew = await startCrew({
    positions: options.positions,
    folders: options.folders,
    log,
    deliver: async (frame: Frame) => {
      if (frame.kind === "fault") metrics.fault(frame.handler);
      await calls.get(frame.session)?.session?.deliver(frame);
    },
    spent: (work) => calls.get(work.session)?.session?.spent(work),
    lost: (handler) => {
      metrics.fault(handler);
      for (const call of calls.values()) void call.fail("handler", `"${handler}" had to be started again.`);
    },
  });

  const takeCall = (socket: WebSocket) => {
    const id = crypto.randomUUID().slice(0, 8);
    const record = (session: string, times: TurnTimes) => {
      metrics.turn(times);
      log.info(`turn ${JSON.stringify({ session, ...times })}`);
    };
    const { fps, hold } = options;
    const closed = () => calls.delete(id);
    calls.set(id, startCall({ id, socket, places, crew, pipeline, fps, hold, log, record, closed }));
  };
  const health = () => ({
    calls: places.taken,
    waiting: places.waiting,
    handlers: Object.fromEntries(options.positions.map(({ name }) => [name, crew.hosts.has(name)])),
    rss: memory(),
  });
  const app = createApp({ page: options.page, call: takeCall, health, metrics: metrics.text });
  const stop = async () => {
    stopping.abort();
    await Promise.all([...calls.values()].map((call) => call[Symbol.asyncDispose]()));
    await crew[Symbol.asyncDispose]();
  };
  try {
    const http = Deno.serve({
      hostname: options.host,
      port: options.port,
      signal: stopping.signal,
      onListen: () => {},
      ...("cert" in tls ? tls : {}),
    }, app.fetch);
    return { finished: http.finished, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await crew[Symbol.asyncDispose]();
    throw error;
  }
}
