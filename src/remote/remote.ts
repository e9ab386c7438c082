/** A service elsewhere as a handler sees it: its servers, its key, its models. */
import type { Log } from "../engine/handler.ts";
import { hostOf, readKey } from "./address.ts";
import { breakdown, RemoteError } from "./failure.ts";
import { type Asked, createHttp, type Way } from "./http.ts";
import { createPatience, type Patience } from "./patience.ts";
import { createPool, type Pool } from "./pool.ts";

export interface RemoteOptions {
  base_url: readonly string[];
  api_key_env?: string;
  /** Empty: the first one the server names. */
  model_name: string;
  /** Seconds until the first piece of an answer, and from one piece to the next. */
  timeout: number;
  stall_timeout: number;
}

/** The answer to one request, to be read with the patience it is given. */
export interface Exchange {
  response: Response;
  patience: Patience;
}

export interface Remote extends Disposable {
  readonly pool: Pool;
  /**
   * Asks one server; `read` then yields what comes of its answer.
   * @param ask what to send, given the model's name on that server.
   * @throws {RemoteError} see `Pool.run`.
   */
  stream<T>(
    session: string,
    signal: AbortSignal,
    ask: (model: string) => Asked,
    read: (exchange: Exchange) => AsyncIterable<T>,
  ): AsyncGenerator<T>;
}

/** Milliseconds that a server may take to say that it is there. */
const GLANCE = 3_000;

/**
 * Connects to every server once, so that the first caller does not wait for it; one that is not there is a line in the
 * log, because it may still be starting.
 * @throws {Error} if the key is not in the environment.
 */
export async function openRemote(options: RemoteOptions, log: Log): Promise<Remote> {
  const http = createHttp(readKey(options.api_key_env));
  const models = new Map<string, string>();
  /** Asks a server for its models, and remembers the first. */
  const look = async (way: Way, signal: AbortSignal): Promise<string | undefined> => {
    const response = await http.send(way, { path: "/models" }, signal);
    const first = firstModel(await response.text());
    if (first) models.set(way.server, first);
    return first;
  };
  const glance = (server: string) => look({ server, fresh: false }, AbortSignal.timeout(GLANCE));
  const modelOn = async (way: Way, signal: AbortSignal): Promise<string> => {
    const name = options.model_name || models.get(way.server) || await look(way, signal);
    if (name) return name;
    throw new RemoteError(`${hostOf(way.server)} names no model; set "model_name"`, { status: 404 });
  };
  const pool = createPool({
    servers: options.base_url,
    log,
    check: async (server) => {
      // Another model may run there by now.
      models.delete(server);
      return await glance(server).then(() => true, (error) => !passing(error));
    },
    later: (ms, f) => {
      const timer = setTimeout(f, ms);
      return () => clearTimeout(timer);
    },
  });
  await Promise.all(options.base_url.map((server) =>
    glance(server).catch((error) => {
      const failure = breakdown(hostOf(server), error, http.key);
      // That it lists no models says nothing about the service.
      if (failure.status !== 404) log.warn(`${failure.message}.`);
    })
  ));
  return {
    pool,
    stream: (session, signal, ask, read) =>
      pool.run(session, signal, async function* (way) {
        const { timeout, stall_timeout } = options;
        using patience = createPatience(way.server, 1000 * timeout, 1000 * stall_timeout, signal);
        try {
          const model = await modelOn(way, patience.signal);
          const response = await http.send(way, ask(model), patience.signal);
          yield* read({ response, patience });
        } catch (error) {
          // A model that is gone may have made room for another.
          models.delete(way.server);
          if (patience.signal.aborted) throw patience.signal.reason;
          throw error instanceof RemoteError ? error : breakdown(hostOf(way.server), error, http.key);
        }
      }),
    [Symbol.dispose]() {
      pool[Symbol.dispose]();
      http[Symbol.dispose]();
    },
  };
}

/** The first model of a list in OpenAI's form. */
function firstModel(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { data?: { id?: string }[] }).data?.[0]?.id;
  } catch {
    return undefined;
  }
}

function passing(error: unknown): boolean {
  return error instanceof RemoteError ? error.passing : true;
}
