import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { CipherContext, HashAlgorithm, NamedCurveAlgorithm, SignatureAlgorithm } from "werift";
import { type Found, judgeCertificate, judgeMicrophone } from "./certificate.ts";
import { probePort } from "./port.ts";

const { certPem: cert, keyPem: key } = await CipherContext.createSelfSignedCertificateWithKey(
  { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
  NamedCurveAlgorithm.secp256r1_23,
);
const leaf = new X509Certificate(cert);
const pair = { leaf };
const end = Date.parse(leaf.validTo);
const DAY = 86_400_000;
const none: Found = { reason: '"a.crt" is not there' };

Deno.test("certificate: none is http, one that cannot be used is a warning, and so is one that soon ends", () => {
  assert.equal(judgeCertificate(none, false, 0).verdict, "ok");
  assert.equal(
    judgeCertificate(none, true, 0).verdict,
    "warning",
    "the key is there without its certificate",
  );
  assert.equal(judgeCertificate(pair, true, end - 15 * DAY).verdict, "ok");
  assert.equal(judgeCertificate(pair, true, end - 13 * DAY).verdict, "warning");
});

Deno.test("microphone: over http only this computer has one", () => {
  const judge = (host: string, tls: Found, addresses = ["192.168.1.5", "fd00::1"]) =>
    judgeMicrophone({ host, port: 8282 }, tls, addresses);
  assert.equal(judge("127.0.0.1", none).verdict, "ok");
  const open = judge("0.0.0.0", none);
  assert.equal(open.verdict, "warning");
  assert.match(open.found, /not at http:\/\/192\.168\.1\.5:8282, http:\/\/\[fd00::1\]:8282$/);
  assert.equal(judge("192.168.1.5", none).verdict, "warning");
  assert.equal(judge("0.0.0.0", none, []).verdict, "ok", "without a network there are no other devices");
  const unnamed = judge("0.0.0.0", pair);
  assert.equal(unnamed.verdict, "warning");
  assert.match(unnamed.found, /does not name 192\.168\.1\.5/);
});

Deno.test("port: our own server is known over https too, although its certificate is home-made", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    () => Response.json({ ok: true, handlers: {} }),
  );
  assert.deepEqual(await probePort("127.0.0.1", server.addr.port), { is: "ours" });
});
