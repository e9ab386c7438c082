/** The certificate, and who gets a microphone: browsers give it over https and on the server's own computer only. */
import { lanAddresses, sharedAddress } from "../server/addresses.ts";
import { hasExpired, lastDay, type Pair } from "../server/tls.ts";
import { type Check, ok, warning } from "./check.ts";

/** Of what `readTls` says, what is judged here. */
export type Found = Pick<Pair, "leaf"> | { reason: string };

const DAY = 86_400_000;
/** Days ahead of which the end of a certificate is told. */
const SOON = 14;
const MAKE =
  "Run scripts/create_ssl_certs.sh, or put a certificate and its key where service.cert_file and " +
  "service.cert_key say.";

/**
 * @param present is any of the two files there?
 * @param now milliseconds since 1970
 */
export function judgeCertificate(tls: Found, present: boolean, now: number): Check {
  if ("reason" in tls) {
    // Without files http is what was asked for; files that do not work are a mistake.
    if (!present) return ok("Certificate", "none, so the server speaks http");
    return warning("Certificate", `${tls.reason}, so the server speaks http`, MAKE);
  }
  const until = lastDay(tls.leaf);
  if (hasExpired(tls.leaf, now + SOON * DAY)) return warning("Certificate", `expires on ${until}`, MAKE);
  return ok("Certificate", `valid until ${until} for ${tls.leaf.subjectAltName ?? "no name"}`);
}

/** @param addresses this computer's own, without loopback */
export function judgeMicrophone(
  { host, port }: { host: string; port: number },
  tls: Found,
  addresses: readonly string[] = lanAddresses(),
): Check {
  const here = `${"leaf" in tls ? "https" : "http"}://localhost:${port}`;
  if (/^(localhost|127\.|::1$)/.test(host)) {
    return ok("Microphone", `works on this computer at ${here}; other devices are not served`);
  }
  if ("leaf" in tls) {
    const shared = sharedAddress(host, port, tls.leaf, addresses);
    if (!shared) return ok("Microphone", `works on this computer at ${here}`);
    if (shared.named) return ok("Microphone", `works at ${here} and ${shared.url}`);
    const found = `works at ${here} and ${shared.url}, but the certificate does not name ${shared.host}`;
    return warning(
      "Microphone",
      found,
      "Browsers warn of such a certificate. Run scripts/create_ssl_certs.sh.",
    );
  }
  const anywhere = host === "0.0.0.0" || host === "::";
  const elsewhere = anywhere ? addresses : [host];
  if (elsewhere.length === 0) return ok("Microphone", `works on this computer at ${here}`);
  const urls = elsewhere.map((address) =>
    `http://${address.includes(":") ? `[${address}]` : address}:${port}`
  );
  const found = anywhere
    ? `works on this computer at ${here}; not at ${urls.join(", ")}`
    : `not at ${urls[0]}`;
  return warning("Microphone", found, `Over http other devices can only type. ${MAKE}`);
}
