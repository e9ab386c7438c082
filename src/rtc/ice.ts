/**
 * Which ways lead from a browser to this server (ICE, RFC 8445). Each call gets one UDP socket, or its share of one, and
 * all addresses of this machine are announced with it, the public one of a 1:1 NAT too. Unasked, werift 0.25.2 would
 * open its own sockets and, even when told of no server, ask a public STUN server in every call: both are kept from it.
 */
import {
  Candidate,
  candidateFoundation,
  candidatePriority,
  getHostAddresses,
  type RTCPeerConnection,
} from "werift";
import type { Log } from "../engine/handler.ts";
import { agentOf, useTransport } from "./agent.ts";
import { type ConfiguredServer, type IceServer, serversFor } from "./credentials.ts";
import type { Ice } from "./internals.ts";
import { followNomination } from "./nomination.ts";
import { openPorts, type PortRange } from "./ports.ts";
import { search } from "./search.ts";

export interface NetworkSettings {
  servers: readonly ConfiguredServer[];
  /** IPv4 address under which a 1:1 NAT shows this machine; null without one. */
  publicAddress: string | null;
  /** UDP ports of the calls; null: any. */
  ports: PortRange | null;
  /** Whether the servers are asked for further addresses of ours. */
  behindNat: boolean;
  log: Log;
}

/** How calls reach this server; one for all calls. */
export interface Network extends AsyncDisposable {
  /** What the page of a call may use, with credentials of its own. */
  serversFor(call: string): IceServer[];
  /**
   * Gives a connection its socket and its addresses; to be called between the offer and the answer.
   *
   * @throws {Error} with one line when no port is free.
   */
  join(connection: RTCPeerConnection): Promise<void>;
  /** Looks for further addresses of ours; each is told as it is found, and nothing waits for it. */
  search(connection: RTCPeerConnection, call: string, tell: (candidate: RTCIceCandidateInit) => void): void;
}

/** Our own addresses, best first. The loopback address only counts when there is no other. */
function addressesOf(publicAddress: string | null): string[] {
  const local = getHostAddresses(true, false);
  const known = local.length > 0 ? local : ["127.0.0.1"];
  return publicAddress === null || known.includes(publicAddress) ? known : [...known, publicAddress];
}

/** @param rank 0 is tried first. */
function hostCandidate(ice: Ice, address: string, port: number, rank: number): Candidate {
  const priority = candidatePriority("host", { otherPreference: 8191 - rank });
  const foundation = candidateFoundation("host", "udp", address);
  return new Candidate(
    foundation,
    1,
    "udp",
    priority,
    address,
    port,
    "host",
    undefined,
    undefined,
    undefined,
    0,
    ice.localUsername,
  );
}

/** @throws {Error} with one line when the only port given is taken. */
export async function openNetwork(settings: NetworkSettings): Promise<Network> {
  const ports = await openPorts(settings.ports);
  return {
    serversFor: (call) => serversFor(settings.servers, call),
    async join(connection) {
      const ice = agentOf(connection);
      ice.stunServer = undefined;
      followNomination(ice);
      const transport = await ports.open(ice.localUsername);
      const [first, ...others] = addressesOf(settings.publicAddress).map((address, rank) =>
        hostCandidate(ice, address, transport.address.port, rank)
      );
      useTransport(ice, transport, first);
      ice.localCandidates.push(...others);
    },
    search(connection, call, tell) {
      if (!settings.behindNat) return;
      search(agentOf(connection), serversFor(settings.servers, call), tell, settings.log);
    },
    [Symbol.asyncDispose]: () => ports[Symbol.asyncDispose](),
  };
}
