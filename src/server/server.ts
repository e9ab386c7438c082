/** The server: takes calls, hands frames to them, ends them all when it stops. */
import type { Frame } from "../engine/frame.ts";
import type { Log } from "../engine/handler.ts";
import type { Pipeline } from "../engine/pipeline.ts";
import { type NetworkSettings, openNetwork } from "../rtc/ice.ts";
import type { PageInfo, TurnTimes } from "../rtc/signalling.ts";
import { startCrew } from "../workers/crew.ts";
import type { Folders, Position } from "../workers/rights.ts";
import { createApp } from "./app.ts";
import { type Call, startCall } from "./call.ts";
import { createMetrics } from "./metrics.ts";
import { createPlaces } from "./places.ts";
import { openSite, type Site } from "./site.ts";
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
  network: Omit<NetworkSettings, "log">;
  fps: number;
  hold: number;
  page: PageInfo;
  log: Log;
}

export interface Server extends AsyncDisposable {
  readonly site: Site;
}

/**
 * Loads every handler, then listens.
 * @throws when a handler does not load or the port is taken; nothing is left running then.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { log, pipeline } = options;
  const calls = new Map<string, Call>();
  const places = createPlaces(options.places, options.queue);
  const memory = () => Deno.memoryUsage().rss;
  const metrics = createMetrics(() => ({ calls: places.taken, waiting: places.waiting, rss: memory() }));
  const network = await openNetwork({ ...options.network, log });
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
  }).catch(async (error) => {
    await network[Symbol.asyncDispose]();
    throw error;
  });

  const takeCall = (socket: WebSocket) => {
    const id = crypto.randomUUID().slice(0, 8);
    const record = (session: string, times: TurnTimes) => {
      metrics.turn(times);
      log.info(`turn ${JSON.stringify({ session, ...times })}`);
    };
    const { fps, hold } = options;
    const closed = () => calls.delete(id);
    calls.set(id, startCall({ id, socket, places, crew, pipeline, network, fps, hold, log, record, closed }));
  };
  const health = () => ({
    calls: places.taken,
    waiting: places.waiting,
    handlers: Object.fromEntries(options.positions.map(({ name }) => [name, crew.hosts.has(name)])),
    rss: memory(),
  });
  const page = () => ({
    ...options.page,
    address: site.shared()?.url,
    authority: site.authority()?.fingerprint,
  });
  const authority = () => site.authority()?.certificate;
  const app = createApp({ page, authority, call: takeCall, health, metrics: metrics.text });
  const stop = async () => {
    const closed = site[Symbol.asyncDispose]();
    await Promise.all([...calls.values()].map((call) => call[Symbol.asyncDispose]()));
    await crew[Symbol.asyncDispose]();
    await network[Symbol.asyncDispose]();
    await closed;
  };
  let site: Site;
  try {
    const { host, port, tls } = options;
    site = openSite({ host, port, tls, answer: app.fetch, log });
    return { site, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await crew[Symbol.asyncDispose]();
    await network[Symbol.asyncDispose]();
    throw error;
  }
}
