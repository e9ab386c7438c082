/** The ICE agent inside a werift connection, and the ways it is given. */
import { type Candidate, type RTCPeerConnection, StunProtocol } from "werift";
import type { Ice, Protocol } from "./internals.ts";
import type { Transport } from "./udp.ts";

/** werift's agent; there is one, because all media share a connection (`max-bundle`). */
export function agentOf(connection: RTCPeerConnection): Ice {
  return connection.iceTransports[0].connection as unknown as Ice;
}

/** Lets the agent use a transport; DTLS is handled as `dtls.ts` has it, whatever the transport is. */
export function useTransport(ice: Ice, transport: Transport, candidate: Candidate): Protocol {
  const protocol = new StunProtocol() as unknown as Protocol;
  protocol.transport = transport;
  protocol.localIp = candidate.host;
  protocol.localCandidate = candidate;
  transport.onData = (datagram, from) => protocol.datagramReceived(datagram, from);
  ice.ensureProtocol(protocol);
  ice.protocols.push(protocol);
  return protocol;
}
