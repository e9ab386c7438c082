/** The real script, OpenSSL as an independent judge, and a real https server whose certificate is renewed. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { createApp } from "../src/server/app.ts";
import { openSite, type Site } from "../src/server/site.ts";
import { type Pair, readTls } from "../src/server/tls.ts";

const SCRIPT = new URL("../scripts/create_ssl_certs.sh", import.meta.url).pathname;
const DAY = 86_400_000;
/** Milliseconds between two looks at the files, short for the test. */
const EVERY = 40;

async function run(program: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** A temporary folder with what the script makes. */
async function certificates() {
  const folder = await Deno.makeTempDir();
  const { code, out, err } = await run(SCRIPT, folder);
  assert.equal(code, 0, err);
  const text = (name: string) => Deno.readTextFile(`${folder}/${name}`);
  return {
    folder,
    out,
    text,
    certificate: async (name: string) => new X509Certificate(await text(name)),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const read = async (folder: string) => {
  const tls = await readTls(`${folder}/localhost.crt`, `${folder}/localhost.key`);
  assert.ok(!("reason" in tls), JSON.stringify(tls));
  return tls;
};

/** Deno's own, which can be told whom to trust; its type is hidden by the browser's. */
const TrustingSocket = WebSocket as unknown as {
  new (url: string, options: { client: Deno.HttpClient }): WebSocket;
};

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
  await read(made.folder);
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

/** A site on a free port of 127.0.0.1 that echoes WebSocket messages and serves `/ca.crt`, with its log. */
async function serve(folder: string) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = { debug: write, info: write, warn: write, error: write };
  const tls: Pair = await read(folder);
  const app = createApp({
    page: () => ({ version: "0", avatar: "jonas", video: false }),
    authority: () => site.authority()?.certificate,
    call: (socket) => socket.onmessage = ({ data }) => socket.send(`heard ${data}`),
    health: () => ({}),
    metrics: () => "",
  });
  const site: Site = openSite({ host: "127.0.0.1", port: 0, tls, answer: app.fetch, log, every: EVERY });
  const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(`${folder}/ca.crt`)] });
  return {
    lines,
    get: (path: string) => fetch(`https://localhost:${site.port}${path}`, { client }),
    socket: async () => {
      const socket = new TrustingSocket(`wss://localhost:${site.port}/api/call`, { client });
      await new Promise((done, failed) => (socket.onopen = done, socket.onerror = failed));
      return socket;
    },
    /** SHA-256 of the certificate that a new connection is shown. */
    shown: () => fingerprint(site.port),
    line: async (pattern: RegExp) => {
      const until = Date.now() + 10_000;
      while (!lines.some((line) => pattern.test(line))) {
        assert.ok(Date.now() < until, `No line like ${pattern} among:\n${lines.join("\n")}`);
        await new Promise((done) => setTimeout(done, EVERY));
      }
    },
    async [Symbol.asyncDispose]() {
      client.close();
      await site[Symbol.asyncDispose]();
    },
  };
}

function fingerprint(port: number): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
      done(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on("error", failed);
  });
}

async function answer(socket: WebSocket, message: string): Promise<string> {
  const heard = new Promise<string>((done, failed) => {
    socket.onmessage = ({ data }) => done(data);
    socket.onclose = ({ code, reason }) => failed(new Error(`closed: ${code} ${reason}`));
  });
  socket.send(message);
  return await heard;
}

Deno.test("certificates: a device that trusts the CA is served, and is given nothing but the CA's certificate", async () => {
  await using made = await certificates();
  // Whatever else lies in the file stays there.
  await Deno.writeTextFile(
    `${made.folder}/ca.crt`,
    `${await made.text("ca.crt")}${await made.text("ca.key")}`,
  );
  await using site = await serve(made.folder);
  const reply = await site.get("/ca.crt");
  assert.equal(reply.headers.get("content-type"), "application/x-x509-ca-cert");
  const sent = new Uint8Array(await reply.arrayBuffer());
  assert.deepEqual(sent, new Uint8Array((await made.certificate("ca.crt")).raw));
  for (const path of ["/ca.key", "/localhost.key", "/ssl_certs/ca.key"]) {
    const { status, body } = await site.get(path);
    await body?.cancel();
    assert.equal(status, 404, path);
  }
});

Deno.test("certificates: a renewed pair is shown to new connections, and a call under way goes on", async () => {
  await using made = await certificates();
  await using site = await serve(made.folder);
  const before = (await made.certificate("localhost.crt")).fingerprint256;
  assert.equal(await site.shown(), before);
  const call = await site.socket();
  assert.equal(await answer(call, "one"), "heard one");

  assert.equal((await run(SCRIPT, made.folder)).code, 0);
  await site.line(/renewed certificate is in use for new connections, until \d{4}-\d\d-\d\d/);
  const after = (await made.certificate("localhost.crt")).fingerprint256;
  assert.notEqual(after, before);
  assert.equal(await site.shown(), after);
  assert.equal(await answer(call, "two"), "heard two");
  const later = await site.socket();
  assert.equal(await answer(later, "three"), "heard three");
  // Longer than the silence after which the server gives a caller up: the old connection's pings are answered.
  await new Promise((done) => setTimeout(done, 7_000));
  assert.equal(await answer(call, "four"), "heard four");
  const closed = [call, later].map((socket) => new Promise((done) => socket.onclose = done));
  for (const socket of [call, later]) socket.close();
  await Promise.all(closed);
});

Deno.test("certificates: a pair that turns bad is one line, and the one before it stays", async () => {
  await using made = await certificates();
  await using site = await serve(made.folder);
  const before = await site.shown();
  const { folder } = made;
  const key = await made.text("localhost.key");
  await Deno.copyFile(`${folder}/ca.key`, `${folder}/localhost.key`);
  await site.line(
    /is not used, because ".*localhost\.key" is not the key of ".*localhost\.crt"\. The one before/,
  );
  await new Promise((done) => setTimeout(done, 10 * EVERY));
  assert.equal(site.lines.length, 1, site.lines.join("\n"));
  assert.equal(await site.shown(), before);
  await Deno.writeTextFile(`${folder}/localhost.key`, key);
  assert.equal((await run(SCRIPT, folder)).code, 0);
  await site.line(/renewed certificate is in use/);
  assert.equal(await site.shown(), (await made.certificate("localhost.crt")).fingerprint256);
});
