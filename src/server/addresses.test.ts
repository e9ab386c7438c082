import assert from "node:assert/strict";
import type { X509Certificate } from "node:crypto";
import { type Interface, lanAddresses, sharedAddress } from "./addresses.ts";

const card = (name: string, address: string): Interface => ({
  name,
  family: address.includes(":") ? "IPv6" : "IPv4",
  address,
});

/** A certificate that names exactly these. */
function naming(...names: string[]): X509Certificate {
  const check = (name: string) => names.includes(name) ? name : undefined;
  const subjectAltName = names.map((name) => `DNS:${name}`).join(", ");
  return { checkIP: check, checkHost: check, subjectAltName } as Partial<X509Certificate> as X509Certificate;
}

Deno.test("addresses: real cards before virtual ones, IPv4 before IPv6, nothing that stays in the machine", () => {
  const addresses = lanAddresses([
    card("lo", "127.0.0.1"),
    card("lo", "::1"),
    card("docker0", "172.17.0.1"),
    card("wlan0", "fe80::1"),
    card("wlan0", "fd00::2"),
    card("wlan0", "192.168.1.7"),
    card("eth1", "169.254.3.4"),
  ]);
  assert.deepEqual(addresses, ["192.168.1.7", "fd00::2", "172.17.0.1"]);
});

Deno.test("addresses: other devices get the address that the certificate names", () => {
  const addresses = ["10.0.0.5", "192.168.1.7"];
  const shared = sharedAddress("0.0.0.0", 8282, naming("192.168.1.7", "localhost"), addresses);
  assert.deepEqual(shared, { url: "https://192.168.1.7:8282", host: "192.168.1.7", named: true });
});

Deno.test("addresses: a public name is better than an address that is not named", () => {
  const leaf = naming("localhost", "box.local", "chat.example.com");
  assert.equal(sharedAddress("::", 443, leaf, ["10.0.0.5"])?.url, "https://chat.example.com");
});

Deno.test("addresses: without a named one the likeliest, and it is said", () => {
  const shared = sharedAddress("0.0.0.0", 8282, naming("localhost", "box.local"), ["fd00::2", "10.0.0.5"]);
  assert.deepEqual(shared, { url: "https://[fd00::2]:8282", host: "fd00::2", named: false });
});

Deno.test("addresses: where the server listens decides", () => {
  const addresses = ["10.0.0.5"];
  assert.equal(
    sharedAddress("192.168.1.9", 8282, naming("10.0.0.5"), addresses)?.url,
    "https://192.168.1.9:8282",
  );
  for (const host of ["localhost", "127.0.0.1", "::1"]) {
    assert.equal(sharedAddress(host, 8282, naming("10.0.0.5"), addresses), undefined);
  }
  assert.equal(sharedAddress("0.0.0.0", 8282, naming("localhost"), []), undefined);
});
