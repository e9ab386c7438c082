/** What is read or replaced inside werift 0.25.2, which does not type these members as public. */
import type { Buffer } from "node:buffer";
import type { Candidate } from "werift";
import type { Transport } from "./udp.ts";

export type Address = readonly [string, number];

/** A handshake message or a fragment of one (RFC 6347, 4.2.2). */
export interface HandshakeMessage {
  msg_type: number;
  message_seq: number;
  /** Bytes of the whole message. */
  length: number;
  fragment_offset: number;
  fragment_length: number;
  fragment: Buffer;
  serialize(): Buffer;
}

/** The constructor of messages joins fragments. */
export interface HandshakeMessageType {
  assemble(fragments: HandshakeMessage[]): HandshakeMessage;
}

/** A record before encryption; `encryptPacket` overwrites its fragment. */
export interface Plaintext {
  recordLayerHeader: { contentType: number; sequenceNumber: number; contentLen: number };
  fragment: Buffer;
  serialize(): Buffer;
}

export interface PlaintextType {
  new (header: Plaintext["recordLayerHeader"], fragment: Buffer): Plaintext;
}

export interface Cipher {
  encryptPacket(packet: Plaintext): Plaintext;
  /** The 12 bytes of a "Finished" for the side that `sessionType` names. */
  verifyData(this: { sessionType: number; masterSecret: Buffer }, transcript: Buffer): Buffer;
  remoteCertificate?: Buffer;
  masterSecret: Buffer;
}

export interface Socket {
  sessionType: number;
  connected: boolean;
  cipher: Cipher;
  dtls: { flight: number; lastMessage: Buffer[]; sortedHandshakeCache: HandshakeMessage[] };
  transport: { send(datagram: Buffer, address?: Address): Promise<void> };
  onError: { execute(error: Error): void };
  onHandleHandshakes(messages: HandshakeMessage[]): Promise<void>;
  handleFragmentHandshake(fragments: HandshakeMessage[]): HandshakeMessage[];
  setupExtensions(): void;
}

export interface Stun {
  datagramReceived(datagram: Buffer, address: Address): void;
}

/** A way to the browser: werift's `StunProtocol`. */
export interface Protocol {
  transport: Transport;
  localIp?: string;
  localCandidate?: Candidate;
  onRequestReceived: { subscribe(heard: () => void): void };
  datagramReceived(datagram: Buffer, address: Address): void;
}

/** werift's `Connection`, the ICE agent of one call. */
export interface Ice {
  /** One for each way; what stands here before candidates are gathered is used, and no other socket is opened. */
  protocols: Protocol[];
  localCandidates: Candidate[];
  localUsername: string;
  /** Set to a public server when nothing is configured. */
  stunServer?: Address;
  state: string;
  nominated?: { rtt?: number; localCandidate: Candidate; remoteCandidate: Candidate };
  /** Takes what comes in by the protocol. */
  ensureProtocol(protocol: Protocol): void;
  /** Pairs a protocol with the browser's addresses that are known already. */
  pairLocalProtocol(protocol: Protocol): void;
}
