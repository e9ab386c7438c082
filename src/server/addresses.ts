/** Under which address other devices reach this server. */
import type { X509Certificate } from "node:crypto";

/** Bridges, containers, virtual machines and tunnels: a phone in the room reaches none of them. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|tun|tap|wg|tailscale|zt|utun)/;
const WILDCARDS = ["0.0.0.0", "::"];

/** As far as it is read here, of `Deno.NetworkInterfaceInfo`. */
export type Interface = Pick<Deno.NetworkInterfaceInfo, "name" | "family" | "address">;

/**
 * Addresses of this machine in its local network, the most useful first: real network cards before virtual ones, IPv4
 * before IPv6. Without loopback (RFC 1122, 127/8; RFC 4291, ::1) and link-local addresses (169.254/16, fe80::/10).
 */
export function lanAddresses(interfaces: readonly Interface[] = Deno.networkInterfaces()): string[] {
  const rank = ({ name, family }: Interface) => (VIRTUAL.test(name) ? 2 : 0) + (family === "IPv6" ? 1 : 0);
  return interfaces
    .filter(({ address }) => !/^(127\.|169\.254\.|::1$|fe[89ab])/i.test(address))
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ address }) => address);
}

export interface Shared {
  /** What another device opens. */
  url: string;
  /** Its host, which `named` says something about. */
  host: string;
  /** Does the certificate name it? If not, browsers warn of it. */
  named: boolean;
}

/**
 * The https address for other devices: one that the certificate names, else the likeliest.
 * @param host where the server listens (`service.host`)
 * @param leaf the server's certificate
 * @returns undefined when no other device can reach the server.
 */
export function sharedAddress(
  host: string,
  port: number,
  leaf: X509Certificate,
  addresses: readonly string[] = lanAddresses(),
): Shared | undefined {
  const anywhere = WILDCARDS.includes(host);
  if (!anywhere && /^(localhost|127\.|::1$)/.test(host)) return undefined;
  const candidates = anywhere ? [...addresses, ...publicNames(leaf)] : [host];
  const named = candidates.find((name) => leaf.checkIP(name) ?? leaf.checkHost(name));
  const chosen = named ?? candidates.at(0);
  if (!chosen) return undefined;
  const url = `https://${chosen.includes(":") ? `[${chosen}]` : chosen}${port === 443 ? "" : `:${port}`}`;
  return { url, host: chosen, named: named !== undefined };
}

/** Names that a name server knows; a single word or a name of multicast DNS need not be known to every device. */
function publicNames(leaf: X509Certificate): string[] {
  const names = [...(leaf.subjectAltName ?? "").matchAll(/DNS:([^,\s"]+)/g)].map(([, name]) => name);
  return names.filter((name) => name.includes(".") && !name.includes("*") && !name.endsWith(".local"));
}
