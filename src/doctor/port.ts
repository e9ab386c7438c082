/** The port of the server: free, ours already, or somebody else's. */
import { PROGRAM } from "../version.ts";
import { bad, type Check, ok } from "./check.ts";

export type PortState =
  | { is: "free" }
  /** A server of this program listens there. */
  | { is: "ours" }
  | { is: "taken" }
  | { is: "refused"; why: string };

/** Milliseconds that whoever holds the port has to say who they are. */
const PATIENCE = 3_000;

/** Tries to listen; where that fails, asks who is there. */
export async function probePort(hostname: string, port: number): Promise<PortState> {
  try {
    Deno.listen({ hostname, port }).close();
    return { is: "free" };
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) return { is: "refused", why: (error as Error).message };
  }
  const host = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : hostname;
  return { is: await isOurs(host, port) ? "ours" : "taken" };
}

/** Only this program's `/healthz` says "ok" and names handlers. */
async function isOurs(host: string, port: number): Promise<boolean> {
  for (const scheme of ["http", "https"] as const) {
    const body = await (scheme === "http" ? health(`http://${host}:${port}`) : healthOverTls(host, port));
    try {
      const { ok, handlers } = JSON.parse(body ?? "");
      if (typeof ok === "boolean" && typeof handlers === "object") return true;
    } catch {
      // Somebody else's answer, or none.
    }
  }
  return false;
}

async function health(address: string): Promise<string | null> {
  try {
    const response = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(PATIENCE) });
    return await response.text();
  } catch {
    return null;
  }
}

/**
 * `fetch` would refuse the certificate that people make for themselves, and `node:https` asks for a variable of the
 * environment that the server may not read.
 */
async function healthOverTls(host: string, port: number): Promise<string | null> {
  const { connect } = await import("node:tls");
  const answer = Promise.withResolvers<string | null>();
  let text = "";
  const socket = connect({ host, port, ca: [], rejectUnauthorized: false }, () => {
    socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
  socket.setEncoding("utf8").on("data", (part: string) => text += part);
  socket.on("end", () => answer.resolve(text.slice(text.indexOf("\r\n\r\n"))));
  socket.on("error", () => answer.resolve(null));
  const late = setTimeout(() => answer.resolve(null), PATIENCE);
  try {
    return await answer.promise;
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

export function judgePort(hostname: string, port: number, state: PortState): Check {
  const other = `Stop that program or choose another port: ${PROGRAM} --port ${
    port === 65535 ? 8282 : port + 1
  }`;
  switch (state.is) {
    case "free":
      return ok("Port", `${port} on ${hostname} is free`);
    case "ours":
      return ok("Port", `${port} on ${hostname} is held by Open Avatar Chat, which is running`);
    case "taken":
      return bad("Port", `${port} on ${hostname} is in use by another program`, other);
    case "refused":
      return bad(
        "Port",
        `${port} on ${hostname} cannot be used: ${state.why}`,
        "Check service.host and service.port.",
      );
  }
}
