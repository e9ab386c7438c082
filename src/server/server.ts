/** The server: takes calls, hands frames to them, ends them all when it stops. Its port is open before it can talk. */
import type { Frame } from "../engine/frame.ts";
import type { Log } from "../engine/handler.ts";
import type { Pipeline } from "../engine/pipeline.ts";
import { type NetworkSettings, openNetwork } from "../rtc/ice.ts";
import type { PageInfo, Render, TurnTimes } from "../rtc/signalling.ts";
import { type Crew, startCrew } from "../workers/crew.ts";
import type { Spent } from "../workers/protocol.ts";
import type { Folders, Position } from "../workers/rights.ts";
import { createApp } from "./app.ts";
import { type Call, startCall } from "./call.ts";
import { createMetrics } from "./metrics.ts";
import { createPlaces } from "./places.ts";
import { createRelief } from "./relief.ts";
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
  /** May pages draw the face themselves? */
  render: Render;
  page: PageInfo;
  /** Folders of the avatars that did not come with the program, by name. */
  ownAvatars?: ReadonlyMap<string, string>;
  log: Log;
}

export interface Server extends AsyncDisposable {
  readonly site: Site;
  /**
   * Loads every handler; whoever calls before that waits for it.
   * @throws with a line for each handler that cannot be loaded
   */
  load(): Promise<void>;
}

/**
 * Listens, and shows the page.
 * @throws when the port is taken; nothing is left running then.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { log, pipeline } = options;
  const calls = new Map<string, Call>();
  const relief = createRelief({ now: () => performance.now() });
  const places = createPlaces(options.places, options.queue);
  const memory = () => Deno.memoryUsage().rss;
  const metrics = createMetrics(() => ({ calls: places.taken, waiting: places.waiting, rss: memory() }));
  const network = await openNetwork({ ...options.network, log });
  const loaded = Promise.withResolvers<Crew>();
  // A server without a caller has nobody who waits for it.
  loaded.promise.catch(() => {});
  let crew: Crew | null = null;
  let stopping = false;
  const load = async () => {
    const { positions, folders } = options;
    try {
      crew = await startCrew({ positions, folders, log, deliver, spent, lost });
      if (stopping) await crew[Symbol.asyncDispose]();
      loaded.resolve(crew);
    } catch (error) {
      loaded.reject(error);
      throw error;
    }
  };
  const deliver = async (frame: Frame) => {
    if (frame.kind === "fault") metrics.fault(frame.handler);
    await calls.get(frame.session)?.session?.deliver(frame);
  };
  const spent = (work: Spent) => calls.get(work.session)?.session?.spent(work);
  const lost = (handler: string) => {
    metrics.fault(handler);
    for (const call of calls.values()) void call.fail("handler", `"${handler}" had to be started again.`);
  };

  const takeCall = (socket: WebSocket) => {
    const id = crypto.randomUUID().slice(0, 8);
    const record = (session: string, times: TurnTimes) => {
      metrics.turn(times);
      log.info(`turn ${JSON.stringify({ session, ...times })}`);
    };
    const { fps, hold, render } = options;
    const closed = () => calls.delete(id);
    const crew = loaded.promise;
    const way = { places, crew, pipeline, network, fps, hold, render, relief };
    calls.set(id, startCall({ id, socket, ...way, log, record, closed }));
  };
  const health = () => ({
    ok: crew !== null,
    calls: places.taken,
    waiting: places.waiting,
    handlers: Object.fromEntries(options.positions.map(({ name }) => [name, crew?.hosts.has(name) ?? false])),
    rss: memory(),
  });
  const page = () => ({
    ...options.page,
    address: site.shared()?.url,
    authority: site.authority()?.fingerprint,
  });
  const authority = () => site.authority()?.certificate;
  const avatarFolder = (name: string) => options.ownAvatars?.get(name);
  const app = createApp({ page, authority, avatarFolder, call: takeCall, health, metrics: metrics.text });
  const stop = async () => {
    stopping = true;
    const closed = site[Symbol.asyncDispose]();
    await Promise.all([...calls.values()].map((call) => call[Symbol.asyncDispose]()));
    await crew?.[Symbol.asyncDispose]();
    await network[Symbol.asyncDispose]();
    await closed;
  };
  let site: Site;
  try {
    const { host, port, tls } = options;
    site = openSite({ host, port, tls, answer: app.fetch, log });
    return { site, load, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await network[Symbol.asyncDispose]();
    throw error;
  }
}
