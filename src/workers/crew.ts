/** All workers of a configuration: started together, opened and closed together for each call, restarted one by one. */
import type { Frame } from "../engine/frame.ts";
import type { Log, SessionInfo } from "../engine/handler.ts";
import type { ClockZero, Spent } from "./protocol.ts";
import { type Host, startHost } from "./host.ts";
import type { Folders, Position } from "./rights.ts";

export interface CrewOptions {
  positions: readonly Position[];
  folders: Folders;
  log: Log;
  deliver(frame: Frame): Promise<void>;
  spent(spent: Spent): void;
  /** A handler is gone for now; the calls under way cannot go on. */
  lost(handler: string): void;
}

export interface Crew extends AsyncDisposable {
  /** Every worker, by handler name; one that is being restarted is missing. */
  readonly hosts: ReadonlyMap<string, Host>;
  open(session: SessionInfo, zero: ClockZero): Promise<void>;
  close(session: string): Promise<void>;
  post(handler: string, frame: Frame): Promise<void>;
  cancel(session: string, epoch: number): void;
}

const RESTART_DELAYS = [0, 1_000, 5_000, 15_000, 60_000];

/**
 * Starts one worker per handler, side by side.
 * @throws with the handler's name and words when one cannot be loaded; the others are stopped then.
 */
export async function startCrew(options: CrewOptions): Promise<Crew> {
  const { log, folders, deliver, spent } = options;
  const hosts = new Map<string, Host>();
  const restarts = new Map<string, ReturnType<typeof setTimeout>>();
  let closing = false;

  const start = async (position: Position, attempt: number) => {
    const { name } = position;
    const died = (reason: string) => {
      hosts.delete(name);
      if (closing) return;
      log.error(`Handler "${name}" died (${reason}) and is started again.`);
      options.lost(name);
      restart(position, 0);
    };
    const since = performance.now();
    const host = await startHost({ position, folders, log, deliver, spent, died });
    if (closing) return await host[Symbol.asyncDispose]();
    hosts.set(name, host);
    const again = attempt > 0 ? " again" : "";
    log.info(`${name} is ready${again} (${((performance.now() - since) / 1000).toFixed(1)} s).`);
  };
  const restart = (position: Position, attempt: number) => {
    const delay = RESTART_DELAYS[Math.min(attempt, RESTART_DELAYS.length - 1)];
    const again = () =>
      start(position, attempt + 1).catch((error) => {
        log.error(`Handler "${position.name}" does not start: ${error.message}`);
        if (!closing) restart(position, attempt + 1);
      });
    restarts.set(position.name, setTimeout(again, delay));
  };
  const dispose = async () => {
    closing = true;
    for (const timer of restarts.values()) clearTimeout(timer);
    await Promise.all([...hosts.values()].map((host) => host[Symbol.asyncDispose]()));
    hosts.clear();
  };

  const started = await Promise.allSettled(options.positions.map((position) => start(position, 0)));
  const failed = started.flatMap((result, i) =>
    result.status === "rejected" ? [`Handler "${options.positions[i].name}": ${result.reason.message}`] : []
  );
  if (failed.length > 0) {
    await dispose();
    throw new Error(failed.join("\n"));
  }

  const crew: Crew = {
    hosts,
    async open(session, zero) {
      const missing = options.positions.find(({ name }) => !hosts.has(name));
      if (missing) throw new Error(`Handler "${missing.name}" is being restarted. Try again in a moment.`);
      try {
        await Promise.all([...hosts.values()].map((host) => host.open(session, zero)));
      } catch (error) {
        await crew.close(session.id);
        throw error;
      }
    },
    async close(session) {
      await Promise.allSettled([...hosts.values()].map((host) => host.close(session)));
    },
    async post(handler, frame) {
      await hosts.get(handler)?.post(frame);
    },
    cancel(session, epoch) {
      for (const host of hosts.values()) host.cancel(session, epoch);
    },
    [Symbol.asyncDispose]: dispose,
  };
  return crew;
}
