/** The certificate pair: https when both files can be read and are what they should be, else http and the reason. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { type Authority, readAuthority } from "./authority.ts";

/** A pair that browsers can be served with today. */
export interface Pair {
  /** Absolute paths it was read from. */
  certFile: string;
  keyFile: string;
  /** PEM, the server's own certificate first. */
  cert: string;
  /** PEM. */
  key: string;
  /** The server's own certificate. */
  leaf: X509Certificate;
  /** Who issued it, when that is a CA of this machine's own. */
  authority?: Authority;
}

export type Tls = Pair | { reason: string };

class Unfit extends Error {}

/**
 * Reads the pair and checks everything that would make a browser's connection fail.
 * @param certFile absolute path of the PEM certificate
 * @param keyFile absolute path of its PEM key
 * @param now milliseconds since 1970
 * @returns the pair, or in one clause why it cannot be used.
 */
export async function readTls(certFile: string, keyFile: string, now = Date.now()): Promise<Tls> {
  try {
    const [cert, key] = [await read(certFile), await read(keyFile)];
    const leaf = parseCertificate(cert, certFile);
    if (!leaf.checkPrivateKey(parseKey(key, keyFile))) {
      throw new Unfit(`"${keyFile}" is not the key of "${certFile}"`);
    }
    checkTime(leaf, certFile, now);
    tryPair(cert, key, certFile);
    return { certFile, keyFile, cert, key, leaf, authority: await readAuthority(certFile, leaf) };
  } catch (error) {
    if (error instanceof Unfit) return { reason: error.message };
    throw error;
  }
}

async function read(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    throw new Unfit(`"${file}" ${error instanceof Deno.errors.NotFound ? "is not there" : "cannot be read"}`);
  }
}

function parseCertificate(text: string, file: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new Unfit(`"${file}" is not a PEM certificate`);
  }
}

function parseKey(text: string, file: string): KeyObject {
  // PKCS #8 says so in its label (RFC 7468, section 11), the older forms in a header (RFC 1421, section 4.6.1.1).
  if (/^-----BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(text)) {
    throw new Unfit(`"${file}" has a passphrase, which the server cannot ask for`);
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw new Unfit(`"${file}" is not a PEM private key`);
  }
}

function checkTime(leaf: X509Certificate, file: string, now: number): void {
  if (now < Date.parse(leaf.validFrom)) {
    throw new Unfit(
      `"${file}" is only valid from ${day(leaf.validFrom)} on (is this machine's clock right?)`,
    );
  }
  if (hasExpired(leaf, now)) throw new Unfit(`"${file}" expired on ${day(leaf.validTo)}`);
}

/** The TLS library takes fewer kinds of keys than the cryptography library can read. */
function tryPair(cert: string, key: string, file: string): void {
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }).close();
  } catch (error) {
    throw new Unfit(`"${file}" and its key cannot be used for https (${(error as Error).message})`);
  }
}

/** @param now milliseconds since 1970 */
export function hasExpired(leaf: X509Certificate, now: number): boolean {
  return now > Date.parse(leaf.validTo);
}

/** The last day on which browsers accept it, as year-month-day (UTC). */
export function lastDay(leaf: X509Certificate): string {
  return day(leaf.validTo);
}

/** OpenSSL's way of writing a time, as year-month-day (UTC). */
function day(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}
