import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  CipherContext,
  DtlsClient,
  DtlsServer,
  HashAlgorithm,
  NamedCurveAlgorithm,
  SignatureAlgorithm,
} from "werift";
import { hardenDtls } from "./dtls.ts";

type Options = ConstructorParameters<typeof DtlsServer>[0];
type Transport = Options["transport"];
type Keys = { cert: string; key: string; signatureHash: Options["signatureHash"] };

const SRTP = [7 as const];

/** A transport whose datagrams go where `route` says. */
function wire(route: (datagram: Buffer) => void): Transport {
  return {
    type: "test",
    address: {},
    closed: false,
    onData: () => {},
    send: (datagram: Buffer) => {
      route(Buffer.from(datagram));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  } as unknown as Transport;
}

async function makeKeys(): Promise<Keys> {
  const { certPem, keyPem, signatureHash } = await CipherContext.createSelfSignedCertificateWithKey(
    { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
    NamedCurveAlgorithm.secp256r1_23,
  );
  return { cert: certPem, key: keyPem, signatureHash };
}

/** @param toServer delivers what the client sends; the default: once, in a macrotask of its own. */
function handshake(server: Keys, client: Keys, toServer?: (deliver: () => void, n: number) => void) {
  let count = 0;
  const records: string[] = [];
  const up = wire((datagram) => {
    const deliver = () => void down.onData!(Buffer.from(datagram), ["", 0]);
    if (toServer) toServer(deliver, count++);
    else setTimeout(deliver, 0);
  });
  const down = wire((datagram) => {
    for (let at = 0; at + 13 <= datagram.length; at += 13 + datagram.readUInt16BE(at + 11)) {
      records.push(datagram.subarray(at + 3, at + 11).toString("hex"));
    }
    setTimeout(() => up.onData!(datagram, ["", 0]), 0);
  });
  const shared = { srtpProfiles: SRTP, extendedMasterSecret: true } as unknown as Options;
  const passive = new DtlsServer({ ...shared, ...server, transport: down, certificateRequest: true });
  const active = new DtlsClient({ ...shared, ...client, transport: up });
  const done = new Promise<void>((resolve, reject) => {
    passive.onConnect.once(() => resolve());
    passive.onError.once(reject);
  });
  active.connect().catch(() => {});
  return { passive, active, done, records };
}

/** werift looks half a second and more after each flight whether it must be repeated; then all timers are gone. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 2_600));

Deno.test("both sides get the same keys, and data goes both ways", async () => {
  hardenDtls();
  const { passive, active, done, records } = handshake(await makeKeys(), await makeKeys());
  await done;
  await rest();
  const [ours, theirs] = [passive.extractSessionKeys(16, 12), active.extractSessionKeys(16, 12)];
  assert.deepEqual(ours.localKey, theirs.remoteKey);
  assert.deepEqual(ours.remoteSalt, theirs.localSalt);
  const heard = new Promise((resolve) => active.onData.once((data) => resolve(data.toString())));
  await passive.send(Buffer.from("hello"));
  assert.equal(await heard, "hello");
  await passive.send(Buffer.from("again"));
  assert.equal(new Set(records).size, records.length, "no record number is used twice");
});

Deno.test("flights that come twice, or in any order, change nothing", async () => {
  hardenDtls();
  for (let seed = 0; seed < 6; seed++) {
    const { passive, active, done, records } = handshake(await makeKeys(), await makeKeys(), (deliver, n) => {
      setTimeout(deliver, (n * 7 + seed * 5) % 11);
      // The repeat overtakes what comes next, and meets the handling of the first half way.
      setTimeout(() => Promise.resolve().then(deliver).then(deliver), (n * 5 + seed * 3) % 13);
    });
    await done;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(
      passive.extractSessionKeys(16, 12).localKey,
      active.extractSessionKeys(16, 12).remoteKey,
    );
    assert.equal(new Set(records).size, records.length);
  }
  await rest();
});

Deno.test("a browser that does not hold its certificate's key is refused", async () => {
  hardenDtls();
  const [ours, theirs, stolen] = [await makeKeys(), await makeKeys(), await makeKeys()];
  const { done, passive } = handshake(ours, { ...theirs, cert: stolen.cert });
  await assert.rejects(done, /signature of the handshake is wrong/);
  assert.equal(passive.connected, false);
  await rest();
});
