/** What is read or replaced inside werift 0.25.2, which does not type these members as public. */
import type { Buffer } from "node:buffer";
import type { Candidate, CandidatePairState } from "werift";
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

/** Two addresses, ours and the browser's. */
export interface Pair {
  protocol: Protocol;
  localCandidate: Candidate;
  remoteCandidate: Candidate;
  readonly remoteAddr: Address;
  readonly state: CandidatePairState;
  /** The browser has nominated it. */
  remoteNominated: boolean;
  /** Seconds. */
  rtt?: number;
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
  /** The pair that media are sent by. */
  nominated?: Pair;
  /** Whether consent is asked for, and was given. */
  consentFresh: boolean;
  /** Starts to ask for consent on the nominated pair, and no longer on another. */
  queryConsent(): void;
  /** Handles a check of the browser's. */
  checkIncoming(request: { attributesKeys: string[] }, from: Address, protocol: Protocol): void;
  /** A pair is to be looked at: our check has ended, or the browser has nominated it. */
  checkComplete(pair: Pair): void;
  /** Takes what comes in by the protocol. */
  ensureProtocol(protocol: Protocol): void;
  /** Pairs a protocol with the browser's addresses that are known already. */
  pairLocalProtocol(protocol: Protocol): void;
}
