/** The real script, with OpenSSL as an independent judge of what it makes. */
import assert from "node:assert/strict";
import type { X509Certificate } from "node:crypto";
import { certificates, readPair, run, SCRIPT } from "./certificates.ts";

const DAY = 86_400_000;
const days = ({ validFrom, validTo }: X509Certificate) => (Date.parse(validTo) - Date.parse(validFrom)) / DAY;

Deno.test("certificates: the script makes a CA and a certificate that OpenSSL finds good", async () => {
  await using made = await certificates();
  const { folder, out } = made;
  for (const [file, mode] of [["ca.key", 0o600], ["localhost.key", 0o600], ["ca.crt", 0o644]] as const) {
    assert.equal((await Deno.stat(`${folder}/${file}`)).mode! & 0o777, mode, file);
  }
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  assert.deepEqual(names, ["ca.crt", "ca.key", "localhost.crt", "localhost.key"]);

  const leaf = await made.certificate("localhost.crt"), ca = await made.certificate("ca.crt");
  assert.deepEqual([days(ca), days(leaf)], [3650, 397]);
  assert.deepEqual([ca.ca, leaf.ca], [true, false]);
  const own = Deno.networkInterfaces().filter(({ family }) => family === "IPv4").map(({ address }) =>
    address
  );
  for (const address of ["127.0.0.1", "::1", ...own]) assert.ok(leaf.checkIP(address), address);
  for (const host of ["localhost", Deno.hostname().toLowerCase()]) assert.ok(leaf.checkHost(host), host);
  assert.ok(out.includes(ca.fingerprint256), out);

  const verify = (...how: string[]) =>
    run(
      "openssl",
      "verify",
      "-x509_strict",
      "-CAfile",
      `${folder}/ca.crt`,
      ...how,
      `${folder}/localhost.crt`,
    );
  for (const how of [["-verify_ip", "127.0.0.1"], ["-verify_hostname", "localhost"]]) {
    const { code, err } = await verify("-purpose", "sslserver", ...how);
    assert.equal(code, 0, err);
  }
  assert.notEqual((await verify("-verify_hostname", "example.com")).code, 0);
});

Deno.test("certificates: the CA cannot vouch for anybody else's site", async () => {
  await using made = await certificates();
  const { folder } = made;
  const at = (name: string) => `${folder}/${name}`;
  await Deno.writeTextFile(at("extensions"), "subjectAltName = DNS:example.com\n");
  const request = ["req", "-new", "-key", at("localhost.key"), "-subj", "/CN=example.com"];
  assert.equal((await run("openssl", ...request, "-out", at("request"))).code, 0);
  const sign = ["x509", "-req", "-in", at("request"), "-CA", at("ca.crt"), "-CAkey", at("ca.key")];
  const how = ["-set_serial", "7", "-extfile", at("extensions"), "-out", at("false.crt")];
  assert.equal((await run("openssl", ...sign, ...how)).code, 0);
  const { code, err } = await run("openssl", "verify", "-CAfile", at("ca.crt"), at("false.crt"));
  assert.notEqual(code, 0);
  assert.match(err, /permitted subtree violation/);
});

Deno.test("certificates: run again, the script keeps the CA and renews the certificate", async () => {
  await using made = await certificates();
  const before = { ca: await made.text("ca.crt"), key: await made.text("ca.key") };
  const leaf = await made.text("localhost.crt");
  const { code, out } = await run(SCRIPT, made.folder);
  assert.equal(code, 0);
  assert.match(out, /^The CA was kept/);
  assert.deepEqual({ ca: await made.text("ca.crt"), key: await made.text("ca.key") }, before);
  assert.notEqual(await made.text("localhost.crt"), leaf);
  await readPair(made.folder);
});

Deno.test("certificates: the script leaves alone what it cannot use, and says how to go on", async () => {
  await using made = await certificates();
  const { folder } = made;
  const refused = async (line: RegExp) => {
    const leaf = await made.text("localhost.crt");
    const { code, err } = await run(SCRIPT, folder);
    assert.equal(code, 1);
    assert.match(err, line);
    assert.equal(await made.text("localhost.crt"), leaf);
    const left = [...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("."));
    assert.deepEqual(left, []);
  };
  await Deno.copyFile(`${folder}/localhost.key`, `${folder}/ca.key`);
  await refused(/ca\.key" is not the key of .*ca\.crt"\.\nTo begin anew with another CA: rm /);
  await Deno.remove(`${folder}/ca.key`);
  await refused(/only one of ca\.crt and ca\.key can be read.*\nTo begin anew/);
  await Deno.remove(`${folder}/ca.crt`);
  const elsewhere = ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  const files = ["-keyout", `${folder}/localhost.key`, "-out", `${folder}/localhost.crt`];
  assert.equal((await run("openssl", ...elsewhere, "-subj", "/CN=example.com", ...files)).code, 0);
  await refused(/localhost\.crt" was not made by this script and is left as it is/);
});
