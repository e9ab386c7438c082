/** The server's place on the network: it listens, its certificate stays fresh, and it knows its own address. */
import type { Log } from "../engine/handler.ts";
import { type Shared, sharedAddress } from "./addresses.ts";
import type { Authority } from "./authority.ts";
import { listen, type ListenerOptions } from "./listener.ts";
import { watchPair } from "./renewal.ts";

export interface SiteOptions extends ListenerOptions {
  log: Log;
  /** Milliseconds between two looks at the certificate's files. */
  every?: number;
}

export interface Site extends AsyncDisposable {
  readonly port: number;
  /** The https address for other devices, as the network is now. */
  shared(): Shared | undefined;
  /** Who issued the certificate in use, when that is a CA of this machine's own. */
  authority(): Authority | undefined;
}

/** @throws when the port is taken or the host is not one of this machine. */
export function openSite(options: SiteOptions): Site {
  const { host, tls, log, every } = options;
  const listener = listen(options);
  const { port } = listener;
  if ("reason" in tls) {
    const nothing = () => undefined;
    return {
      port,
      shared: nothing,
      authority: nothing,
      [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
    };
  }
  let pair = tls;
  const watch = watchPair({
    pair,
    log,
    every,
    renew: async (next) => {
      await listener.renew(next);
      pair = next;
    },
  });
  return {
    port,
    shared: () => sharedAddress(host, port, pair.leaf),
    authority: () => pair.authority,
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}
