/** The certificate, and who gets a microphone: browsers give it over https and on the server's own computer only. */
import { hasExpired, lastDay, type Tls } from "../server/tls.ts";
import { type Check, ok, warning } from "./check.ts";

const DAY = 86_400_000;
/** Days ahead of which the end of a certificate is told. */
const SOON = 14;
const RENEW = "Put a new certificate and its key where service.cert_file and service.cert_key say.";

/** @param now milliseconds since 1970 */
export function judgeCertificate(tls: Tls, now: number): Check {
  if (!("cert" in tls)) {
    // Without files http is what was asked for; files that do not work are a mistake.
    if (tls.reason.includes("is not there")) return ok("Certificate", "none, so the server speaks http");
    return warning("Certificate", `${tls.reason}, so the server speaks http`, RENEW);
  }
  const until = lastDay(tls.leaf);
  if (hasExpired(tls.leaf, now + SOON * DAY)) return warning("Certificate", `expires on ${until}`, RENEW);
  return ok("Certificate", `valid until ${until} for ${tls.leaf.subjectAltName ?? "no name"}`);
}

const OWN = ["localhost", "127.0.0.1", "::1"];

/** @param addresses this computer's own, without loopback */
export function judgeMicrophone(
  service: { host: string; port: number },
  tls: Tls,
  addresses: readonly string[],
): Check {
  const { host, port } = service;
  const scheme = "cert" in tls ? "https" : "http";
  const here = `${scheme}://localhost:${port}`;
  if (OWN.includes(host)) {
    return ok("Microphone", `works on this computer at ${here}; other devices are not served`);
  }
  const any = host === "0.0.0.0" || host === "::";
  const elsewhere = (any ? addresses : [host]).map((address) => `${scheme}://${address}:${port}`);
  if (scheme === "https") return ok("Microphone", `works at ${[here, ...elsewhere].join(", ")}`);
  if (elsewhere.length === 0) return ok("Microphone", `works on this computer at ${here}`);
  return warning(
    "Microphone",
    any
      ? `works on this computer at ${here}; other devices can only type (${elsewhere.join(", ")})`
      : `not at ${elsewhere[0]}: browsers give none over http`,
    "Other devices need https: put a certificate at service.cert_file and its key at service.cert_key.",
  );
}

/** IPv4 addresses of this computer, without loopback. */
export function ownAddresses(): string[] {
  return Deno.networkInterfaces()
    .filter(({ family, address }) => family === "IPv4" && !address.startsWith("127."))
    .map(({ address }) => address);
}
