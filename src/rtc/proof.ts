/** What proves that the browser holds the key its certificate names, and that nobody changed the handshake. */
import { Buffer } from "node:buffer";
import { createVerify, timingSafeEqual, X509Certificate } from "node:crypto";
import type { HandshakeMessage, Socket } from "./internals.ts";

const CERTIFICATE_VERIFY = 15;
const FINISHED = 20;

/** werift's name for the client's side. */
const CLIENT = 1;

/** Hash and signature algorithms in CertificateVerify (RFC 5246, 7.4.1.4.1): ECDSA or RSA with SHA-2. */
const HASHES: Record<number, string> = { 4: "sha256", 5: "sha384", 6: "sha512" };
const SIGNATURES: Record<number, string> = { 1: "rsa", 3: "ec" };

/** RFC 5246, 7.4.8: a signature over all messages so far by the certificate's key. */
function checkSignature(socket: Socket, message: HandshakeMessage, transcript: Buffer): void {
  const [hash, signature] = message.fragment;
  const certificate = socket.cipher.remoteCertificate;
  if (!certificate) throw new Error("The browser signed without a certificate");
  const { publicKey } = new X509Certificate(certificate);
  if (!(hash in HASHES) || SIGNATURES[signature] !== publicKey.asymmetricKeyType) {
    throw new Error(`The browser signed by algorithm ${hash}/${signature}, which is not supported`);
  }
  const signed = message.fragment.subarray(4, 4 + message.fragment.readUInt16BE(2));
  if (!createVerify(HASHES[hash]).update(transcript).verify(publicKey, signed)) {
    throw new Error("The browser's signature of the handshake is wrong");
  }
}

/** RFC 5246, 7.4.9: a hash over all messages so far under the master secret. */
function checkFinished(socket: Socket, message: HandshakeMessage, transcript: Buffer): void {
  const { verifyData, masterSecret } = socket.cipher;
  const expected = verifyData.call({ sessionType: CLIENT, masterSecret }, transcript);
  if (message.fragment.length !== expected.length || !timingSafeEqual(message.fragment, expected)) {
    throw new Error('The browser\'s "Finished" does not fit the handshake');
  }
}

/**
 * Checks each handshake message before werift handles it; werift itself reads both proofs but verifies neither.
 *
 * @returns a function that throws when a proof is wrong or missing.
 */
export function createProof(socket: Socket): (message: HandshakeMessage) => void {
  let signed = false;
  return (message) => {
    if (message.msg_type !== CERTIFICATE_VERIFY && message.msg_type !== FINISHED) return;
    const transcript = Buffer.concat(socket.dtls.sortedHandshakeCache.map((part) => part.serialize()));
    if (message.msg_type === CERTIFICATE_VERIFY) {
      checkSignature(socket, message, transcript);
      signed = true;
      return;
    }
    if (!signed) throw new Error("The browser did not prove that it holds its certificate's key");
    checkFinished(socket, message, transcript);
  };
}
