/** The certificate pair: https when both files can be read and are what they should be, else http and the reason. */
import { X509Certificate } from "node:crypto";

export type Tls = { cert: string; key: string } | { reason: string };

/**
 * @param certFile absolute path of the PEM certificate
 * @param keyFile absolute path of its PEM key
 */
export async function readTls(certFile: string, keyFile: string): Promise<Tls> {
  const texts: string[] = [];
  for (const file of [certFile, keyFile]) {
    try {
      texts.push(await Deno.readTextFile(file));
    } catch (error) {
      return {
        reason: `"${file}" ${error instanceof Deno.errors.NotFound ? "is not there" : "cannot be read"}`,
      };
    }
  }
  const [cert, key] = texts;
  try {
    const { createPrivateKey } = await import("node:crypto");
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
      return { reason: `"${keyFile}" is not the key of "${certFile}"` };
    }
  } catch {
    return { reason: `"${certFile}" and "${keyFile}" are not a PEM certificate and its key` };
  }
  return { cert, key };
}
