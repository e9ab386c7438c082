/**
 * The certificate authority (CA) that `scripts/create_ssl_certs.sh` makes: its certificate is handed to other devices,
 * so that they can trust this server. Its key is never read.
 */
import { X509Certificate } from "node:crypto";
import { dirname, join } from "node:path";

/** The only file it is read from, beside the server's certificate. */
const FILE = "ca.crt";

export interface Authority {
  /** The certificate, DER. */
  certificate: Uint8Array<ArrayBuffer>;
  /** SHA-256 of it, as hexadecimal pairs with colons: what people compare before they trust it. */
  fingerprint: string;
}

/** The CA that issued `leaf`, or undefined when there is none beside `certFile` or it is another one. */
export async function readAuthority(
  certFile: string,
  leaf: X509Certificate,
): Promise<Authority | undefined> {
  try {
    const issuer = new X509Certificate(await Deno.readTextFile(join(dirname(certFile), FILE)));
    if (!issuer.ca || !leaf.checkIssued(issuer) || !leaf.verify(issuer.publicKey)) return undefined;
    // Sent is what was parsed, never the file: whatever else somebody put into it stays here.
    return { certificate: new Uint8Array(issuer.raw), fingerprint: issuer.fingerprint256 };
  } catch {
    // A certificate from elsewhere has no such file beside it, and needs none.
    return undefined;
  }
}
