/** Requests to services elsewhere, over connections that are kept open between them. */
import { hostOf } from "./address.ts";
import { breakdown, complaint } from "./failure.ts";

/** Where a request goes. `fresh`: on a connection of its own, because the one that was kept open may be dead. */
export interface Way {
  server: string;
  fresh: boolean;
}

export interface Asked {
  /** Path below the server's address, "/models". */
  path: string;
  /** Sent as JSON by POST; GET without it and without a form. */
  json?: unknown;
  form?: FormData;
}

export interface Http extends Disposable {
  readonly key: string | null;
  /**
   * Sends one request; settles with the headers of a good answer. Aborting closes the socket.
   * @throws {RemoteError} when the server cannot be reached or refuses; the signal's own reason if it fired.
   */
  send(way: Way, asked: Asked, signal: AbortSignal): Promise<Response>;
}

/** Milliseconds that a connection is kept open for the next request: a pause in a conversation. */
const KEPT = 120_000;

/** @param key sent as a bearer token; null: none. */
export function createHttp(key: string | null): Http {
  // HTTP/1.1: a cancelled answer closes its connection, which every server notices.
  const kept = Deno.createHttpClient({ http2: false, poolIdleTimeout: KEPT });
  const fresh = Deno.createHttpClient({ http2: false, poolMaxIdlePerHost: 0 });
  const authorization: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  return {
    key,
    async send(way, { path, json, form }, signal) {
      const host = hostOf(way.server);
      try {
        const response = await fetch(way.server + path, {
          method: json === undefined && form === undefined ? "GET" : "POST",
          headers: json === undefined
            ? authorization
            : { ...authorization, "content-type": "application/json" },
          body: json === undefined ? form : JSON.stringify(json),
          // The key goes nowhere but where the configuration sends it.
          redirect: "manual",
          client: way.fresh ? fresh : kept,
          signal,
        });
        if (response.ok) return response;
        const moved = response.headers.get("location");
        const body = moved === null ? await response.text() : `It has moved to ${moved}`;
        if (moved !== null) await response.body?.cancel();
        throw complaint(host, response.status, body, key);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw breakdown(host, error, key);
      }
    },
    [Symbol.dispose]() {
      kept.close();
      fresh.close();
    },
  };
}
