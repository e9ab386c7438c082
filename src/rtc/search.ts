/**
 * A server behind a NAT looks for ways in: the address that the NAT shows (STUN, RFC 8489), and one at a relay (TURN, RFC
 * 8656). The answer to the browser does not wait for them: each is told when it is found.
 */
import {
  Candidate,
  candidateFoundation,
  candidatePriority,
  parseIceServers,
  serverReflexiveCandidate,
  type StunProtocol,
} from "werift";
import type { Log } from "../engine/handler.ts";
import { useTransport } from "./agent.ts";
import type { IceServer } from "./credentials.ts";
import type { Ice } from "./internals.ts";
import { openRelay, type Relay } from "./relay.ts";

type Tell = (candidate: RTCIceCandidateInit) => void;

const told = (candidate: Candidate): RTCIceCandidateInit => ({
  candidate: `candidate:${candidate.toSdp()}`,
  sdpMLineIndex: 0,
});

/** Asks under which address the call's own socket is seen. */
async function reflect(ice: Ice, url: string, tell: Tell, log: Log): Promise<void> {
  const { stunServer } = parseIceServers([{ urls: url }]);
  const protocol = ice.protocols[0] as unknown as StunProtocol;
  const candidate = stunServer && await serverReflexiveCandidate(protocol, stunServer);
  if (ice.state === "closed") return;
  if (!candidate) return log.warn(`The STUN server "${url}" does not answer.`);
  candidate.ufrag = ice.localUsername;
  ice.localCandidates.push(candidate);
  tell(told(candidate));
}

function relayCandidate(ice: Ice, { address: [host, port], seen: [seenHost, seenPort] }: Relay): Candidate {
  const foundation = candidateFoundation("relay", "udp", host);
  const priority = candidatePriority("relay");
  const { localUsername: ufrag } = ice;
  return new Candidate(
    foundation,
    1,
    "udp",
    priority,
    host,
    port,
    "relay",
    seenHost,
    seenPort,
    undefined,
    0,
    ufrag,
  );
}

/** The server that answers first is used; an address at another is given back. */
async function relay(ice: Ice, url: string, server: IceServer, tell: Tell, log: Log): Promise<void> {
  let found: Relay;
  try {
    found = await openRelay(url, server);
  } catch (error) {
    if (ice.state === "closed") return;
    return log.warn(
      `The TURN server "${url}" cannot be used: ${
        (error as Error).message
      }. Check "service.rtc.ice_servers" and the secret.`,
    );
  }
  const has = ice.protocols.some(({ localCandidate }) => localCandidate?.type === "relay");
  if (has || ice.state === "closed") return await found.transport.close();
  const candidate = relayCandidate(ice, found);
  ice.localCandidates.push(candidate);
  ice.pairLocalProtocol(useTransport(ice, found.transport, candidate));
  tell(told(candidate));
}

/** Asks all servers at once. Never throws; what fails is one line in the log. */
export function search(ice: Ice, servers: readonly IceServer[], tell: Tell, log: Log): void {
  for (const server of servers) {
    for (const url of server.urls) {
      const asked = /^turns?:/i.test(url) ? relay(ice, url, server, tell, log) : reflect(ice, url, tell, log);
      asked.catch((error) => log.warn(`"${url}" cannot be used: ${error.message}.`));
    }
  }
}
