/**
 * Several servers that can do the same: each request goes to the one with the fewest under way, a caller's requests to the
 * same one where that costs little (it has the beginning of the conversation in memory), and none to one that failed,
 * until it answers again.
 */
import type { Log } from "../engine/handler.ts";
import { hostOf } from "./address.ts";
import { breakdown, type RemoteError } from "./failure.ts";
import type { Way } from "./http.ts";

export interface PoolOptions {
  /** At least one address. */
  servers: readonly string[];
  log: Log;
  /** Does the server answer again? Must not throw. */
  check(server: string): Promise<boolean>;
  /** Calls back after so many milliseconds, unless the returned function is called before. */
  later(ms: number, f: () => void): () => void;
}

export interface Pool extends Disposable {
  /** Requests under way on each server, and whether it is left out. */
  readonly state: readonly { server: string; outstanding: number; out: boolean }[];
  /**
   * Does the work on one server after another, as long as nothing has come of it and another try may help: on every
   * server, or twice on the only one, the second time on a fresh connection. One that only takes too long is not asked
   * again, and no more than two are waited for.
   * @throws {RemoteError} the last server's failure; whatever else the work throws as it is.
   */
  run<T>(session: string, signal: AbortSignal, work: (way: Way) => AsyncIterable<T>): AsyncGenerator<T>;
  /** The caller is gone. */
  forget(session: string): void;
}

interface Server {
  url: string;
  outstanding: number;
  /** Left out since it failed; how often it has been asked in vain since. */
  out: boolean;
  asked: number;
  cancel: () => void;
}

/** A caller stays with a server that has up to so many requests more under way than the least busy one. */
const MARGIN = 2;
/** Milliseconds after which a server that failed is asked whether it is back; doubled each time up to the limit. */
const FIRST_CHECK = 1_000, LAST_CHECK = 16_000;

export function createPool({ servers: urls, log, check, later }: PoolOptions): Pool {
  const servers: Server[] = urls.map((url) => ({ url, outstanding: 0, out: false, asked: 0, cancel() {} }));
  const homes = new Map<string, Server>();

  const watch = (server: Server) => {
    const delay = Math.min(LAST_CHECK, FIRST_CHECK * 2 ** server.asked++);
    server.cancel = later(delay, async () => {
      if (!await check(server.url)) {
        if (server.out) watch(server);
        return;
      }
      restore(server);
    });
  };
  const restore = (server: Server) => {
    if (!server.out) return;
    server.cancel();
    Object.assign(server, { out: false, asked: 0 });
    log.info(`${hostOf(server.url)} answers again.`);
  };
  const leaveOut = (server: Server, why: RemoteError) => {
    if (server.out || servers.length === 1) return;
    server.out = true;
    log.warn(`${why.message}. It is left out until it answers again.`);
    watch(server);
  };

  const callersOf = (server: Server) => [...homes.values()].filter((home) => home === server).length;
  const choose = (session: string, tried: ReadonlySet<Server>): Server => {
    const untried = servers.filter((server) => !tried.has(server));
    const left = untried.length > 0 ? untried : servers;
    const able = left.filter(({ out }) => !out);
    // Where all have failed, one that was left out is still the best guess.
    const candidates = able.length > 0 ? able : left;
    const least = Math.min(...candidates.map(({ outstanding }) => outstanding));
    const home = homes.get(session);
    if (home && candidates.includes(home) && home.outstanding <= least + MARGIN) return home;
    homes.delete(session);
    const idle = candidates.filter(({ outstanding }) => outstanding === least);
    const chosen = idle.reduce((a, b) => callersOf(b) < callersOf(a) ? b : a);
    homes.set(session, chosen);
    return chosen;
  };

  return {
    get state() {
      return servers.map(({ url, outstanding, out }) => ({ server: url, outstanding, out }));
    },
    async *run(session, signal, work) {
      const most = Math.max(2, servers.length);
      const tried = new Set<Server>();
      let late = 0;
      for (let attempt = 1;; attempt++) {
        const server = choose(session, tried);
        tried.add(server);
        server.outstanding++;
        let given = false;
        try {
          for await (const piece of work({ server: server.url, fresh: attempt > 1 })) {
            given = true;
            restore(server);
            yield piece;
          }
          return;
        } catch (error) {
          if (signal.aborted) throw error;
          const failure = breakdown(hostOf(server.url), error, null);
          if (failure.late) late++;
          if (failure.passing) leaveOut(server, failure);
          const again = failure.passing && !given && attempt < most && late < Math.min(2, servers.length);
          if (!again) throw failure;
          log.warn(`${failure.message}. Trying ${servers.length > 1 ? "another server" : "again"}.`);
        } finally {
          server.outstanding--;
        }
      }
    },
    forget: (session) => void homes.delete(session),
    [Symbol.dispose]() {
      for (const server of servers) {
        server.out = false;
        server.cancel();
      }
    },
  };
}
