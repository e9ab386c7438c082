/** The STUN and TURN servers of the configuration: reachable, and do they give us an address to relay from? */
import { classes, Message, methods, parseIceServers, StunProtocol } from "werift";
import { type ConfiguredServer, type IceServer, serversFor } from "../rtc/credentials.ts";
import { openRelay } from "../rtc/relay.ts";
import { bad, type Check, ok } from "./check.ts";

export interface Relayed {
  url: string;
  /** The address the server gave us, "host:port"; null when it gave none. */
  address: string | null;
  /** Why it gave none. */
  why: string;
}

/** For STUN; the client of TURN gives up by itself after 7 s. */
const PATIENCE = 5_000;

/** Asks every address of the servers, side by side, with credentials as a call would get them. */
export function tryRelays(servers: readonly ConfiguredServer[]): Promise<Relayed[]> {
  const tries = serversFor(servers, "doctor").flatMap((server) =>
    server.urls.map((url) => tryOne(url, server))
  );
  return Promise.all(tries);
}

async function tryOne(url: string, server: IceServer): Promise<Relayed> {
  try {
    const [host, port] = await (/^turns?:/i.test(url) ? allocate(url, server) : reflect(url));
    return { url, address: `${host}:${port}`, why: "" };
  } catch (error) {
    return { url, address: null, why: (error as Error).message || "no answer" };
  }
}

/** Asks for an address to relay from and gives it back at once. */
async function allocate(url: string, server: IceServer): Promise<readonly [string, number]> {
  const { address, transport } = await openRelay(url, server);
  await transport.close();
  return address;
}

/** Asks how we look from outside (RFC 8489, section 12). */
async function reflect(url: string): Promise<readonly [string, number]> {
  const { stunServer } = parseIceServers([{ urls: url }]);
  if (!stunServer) throw new Error("it is no address of a STUN server");
  const protocol = new StunProtocol();
  await protocol.connectionMade(true);
  const request = protocol.request(new Message(methods.BINDING, classes.REQUEST), stunServer);
  let late: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    const [response] = await Promise.race([request, patience]);
    return response.getAttributeValue("XOR-MAPPED-ADDRESS") as [string, number];
  } finally {
    clearTimeout(late);
    request.catch(() => {});
    await protocol.close();
  }
}

export function judgeRelays(relayed: readonly Relayed[]): Check {
  if (relayed.length === 0) {
    return ok("Relay", "none configured: callers outside your network may not get through");
  }
  const say = ({ url, address, why }: Relayed) => `${url} ${address ? `gave ${address}` : `failed (${why})`}`;
  const failed = relayed.filter(({ address }) => address === null);
  if (failed.length === 0) return ok("Relay", relayed.map(say).join("; "));
  return bad(
    "Relay",
    failed.map(say).join("; "),
    "Check the addresses, the username and the credential or secret of service.rtc.ice_servers, and that the ports are open.",
  );
}
