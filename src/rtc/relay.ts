/** An address of ours at a TURN server (RFC 8656), by werift's client. */
import type { Buffer } from "node:buffer";
import {
  Message,
  methods,
  parseIceServers,
  TcpTransport,
  TlsTransport,
  TurnProtocol,
  UdpTransport,
} from "werift";
import type { IceServer } from "./credentials.ts";
import type { Address } from "./internals.ts";
import type { Transport } from "./udp.ts";

/** Milliseconds that TCP and TLS may take to connect. */
const CONNECT_TIMEOUT = 4_000;
/** Milliseconds that giving the address back may take. */
const FAREWELL_TIMEOUT = 500;
/**
 * Seconds after which a channel is bound again. A permission ends after 300 (RFC 8656, section 9), and werift, which
 * renews it with the channel only, would wait for 500.
 */
const CHANNEL_REFRESH = 240;

/** Seconds; werift asks for more before they are over. */
const LIFETIME = 600;

/** The addresses that a TURN server has given us: its own, and the one it sees us under. */
export interface Relay {
  address: Address;
  seen: Address;
  transport: Transport;
}

/** Our address is given back; without this the server would keep it for ten minutes. */
async function leave(turn: TurnProtocol): Promise<void> {
  const request = new Message(methods.REFRESH, 0).setAttribute("LIFETIME", 0);
  const signal = AbortSignal.timeout(FAREWELL_TIMEOUT);
  await turn.requestWithRetry(request, turn.server, signal).catch(() => {});
  await turn.close();
}

function relayTransport(turn: TurnProtocol): Transport {
  const [address, port] = turn.relayedAddress;
  const transport: Transport = {
    type: "udp",
    addressFamily: 4,
    address: { address, port },
    closed: false,
    onData() {},
    async send(datagram, to) {
      // What the relay does not take is lost, like any datagram.
      if (!transport.closed) await turn.sendData(datagram, to).catch(() => {});
    },
    async close() {
      if (transport.closed) return;
      transport.closed = true;
      await leave(turn);
    },
  };
  turn.onData.subscribe((datagram: Buffer, from: Address) => transport.onData(datagram, from));
  return transport;
}

/** An answer without proof of the password is not believed, and coturn refuses without it: silence after its challenge. */
function reason(error: unknown, turn: TurnProtocol): string {
  const response = (error as { response?: Message }).response;
  const [code, text] = response?.getAttributeValue("ERROR-CODE") ?? [];
  if (code !== undefined) return `${code} ${text}`;
  if (turn.nonce) return "it does not accept the credentials";
  return (error as Error).message || "it does not answer";
}

/** What Node calls a certificate that is not accepted. */
const CERTIFICATE_FAULT = /CERT|^UNABLE_TO_|^INVALID_CA|^HOSTNAME_MISMATCH/;

async function connectTls(address: Address) {
  try {
    return await TlsTransport.init(address, {}, { connectTimeoutMs: CONNECT_TIMEOUT });
  } catch (error) {
    const { code = "", message } = error as { code?: string; message: string };
    if (!CERTIFICATE_FAULT.test(code)) throw error;
    throw new Error(
      `its certificate is not accepted (${message}); set DENO_CERT to the file of its CA, or use one by a public CA`,
    );
  }
}

function connect(address: Address, kind: "udp" | "tcp" | "tls") {
  if (kind === "udp") return UdpTransport.init("udp4");
  if (kind === "tls") return connectTls(address);
  return TcpTransport.init(address, { connectTimeoutMs: CONNECT_TIMEOUT });
}

/**
 * @param url of one TURN server: `turn:host:port?transport=udp`.
 * @throws {Error} with a few words when the server refuses or does not answer within 7 s.
 */
export async function openRelay(url: string, { username, credential }: IceServer): Promise<Relay> {
  const { turnServer, turnTransport } = parseIceServers([{ urls: url, username, credential }]);
  if (!turnServer) throw new Error("it is no address of a TURN server");
  const socket = await connect(turnServer, turnTransport ?? "udp");
  const turn = new TurnProtocol(turnServer, username ?? "", credential ?? "", LIFETIME, socket, {
    channelRefreshTime: CHANNEL_REFRESH,
  });
  try {
    await turn.connectionMade();
  } catch (error) {
    await turn.close();
    throw new Error(reason(error, turn));
  }
  return { address: turn.relayedAddress, seen: turn.mappedAddress, transport: relayTransport(turn) };
}
