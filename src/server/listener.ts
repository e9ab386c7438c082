/**
 * Where callers connect. `Deno.serve` can neither change its certificate nor stop listening without closing its
 * WebSockets (Deno 2.9.6), and with them the calls. So TLS ends in front of it: a listener that can be replaced at any
 * time hands the decrypted bytes to a server that only this machine reaches, and connections outlive their listener.
 */
import type { Pair, Tls } from "./tls.ts";

const LOOPBACK = "127.0.0.1";
/** Milliseconds that a new connection may take for its TLS handshake. */
const HANDSHAKE_LIMIT = 10_000;
/** Bytes carried at a time. */
const CHUNK = 16 * 1024;
/** Milliseconds between tries: the system frees a port a moment after its listener was closed. */
const PATIENCE = 20;
const TRIES = 100;

export interface ListenerOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  tls: Tls;
  answer(request: Request): Response | Promise<Response>;
}

export interface Listener extends AsyncDisposable {
  readonly port: number;
  /**
   * New connections get this pair from now on; those under way go on with theirs.
   * @throws when http is served, or another program has taken the port meanwhile.
   */
  renew(pair: Pair): Promise<void>;
}

/** @throws when the port is taken or the host is not one of this machine. */
export function listen({ host, port, tls, answer }: ListenerOptions): Listener {
  const stopping = new AbortController();
  const serve = (hostname: string, port: number) =>
    Deno.serve({ hostname, port, signal: stopping.signal, onListen: () => {} }, (request) => answer(request));
  if ("reason" in tls) {
    const http = serve(host, port);
    return {
      port: http.addr.port,
      renew: () => Promise.reject(new Error("Only https has a certificate.")),
      async [Symbol.asyncDispose]() {
        stopping.abort();
        await http.finished;
      },
    };
  }
  const listener = Deno.listenTls({ hostname: host, port, cert: tls.cert, key: tls.key });
  const http = serve(LOOPBACK, 0);
  const behind = http.addr.port;
  const at = { hostname: host, port: listener.addr.port };
  const connections = new Set<Deno.Conn>();
  let door = openDoor(listener, behind, connections);
  return {
    port: at.port,
    async renew({ cert, key }) {
      await door.close();
      door = openDoor(await listenAgain({ ...at, cert, key }), behind, connections);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await door.close();
      for (const connection of connections) close(connection);
      await http.finished;
    },
  };
}

async function listenAgain(
  options: Deno.ListenTlsOptions & Deno.TlsCertifiedKeyPem,
): Promise<Deno.TlsListener> {
  for (let left = TRIES;; left--) {
    try {
      return Deno.listenTls(options);
    } catch (error) {
      if (left === 0 || !(error instanceof Deno.errors.AddrInUse)) throw error;
      await new Promise((done) => setTimeout(done, PATIENCE));
    }
  }
}

interface Door {
  /** Lets nobody else in. */
  close(): Promise<void>;
}

/** Accepts connections until it is closed. */
function openDoor(listener: Deno.TlsListener, behind: number, connections: Set<Deno.Conn>): Door {
  let open = true;
  const accepting = (async () => {
    while (open) {
      try {
        void carry(await listener.accept(), behind, connections);
      } catch {
        // Closed, or the system has no room for another connection just now.
        if (open) await new Promise((done) => setTimeout(done, PATIENCE));
      }
    }
  })();
  return {
    close() {
      open = false;
      listener.close();
      return accepting;
    },
  };
}

/** One connection from its handshake to its end. */
async function carry(outer: Deno.TlsConn, behind: number, connections: Set<Deno.Conn>): Promise<void> {
  connections.add(outer);
  let inner: Deno.TcpConn | undefined;
  const patience = setTimeout(() => close(outer), HANDSHAKE_LIMIT);
  try {
    await outer.handshake();
    clearTimeout(patience);
    inner = await Deno.connect({ hostname: LOOPBACK, port: behind });
    inner.setNoDelay();
    connections.add(inner);
    const answered = copy(inner, outer);
    // Once the server has said its last word, nothing is waited for: a browser that is gone never says its own.
    await Promise.race([answered, copy(outer, inner).then(() => answered)]);
  } catch {
    // One side has gone without a farewell, or never spoke TLS; the other side is told below.
  } finally {
    clearTimeout(patience);
    for (const connection of [outer, inner]) {
      if (!connection) continue;
      connections.delete(connection);
      close(connection);
    }
  }
}

async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(CHUNK);
  for (let size; (size = await from.read(buffer)) !== null;) {
    for (let sent = 0; sent < size;) sent += await to.write(buffer.subarray(sent, size));
  }
  await to.closeWrite();
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
