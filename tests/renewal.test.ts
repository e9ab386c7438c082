/** A real https server: what it gives to other devices, and how it takes a renewed certificate. */
import assert from "node:assert/strict";
import { connect } from "node:tls";
import { createApp } from "../src/server/app.ts";
import { openSite, type Site } from "../src/server/site.ts";
import { certificates, readPair, run, SCRIPT } from "./certificates.ts";

/** Milliseconds between two looks at the files, short for the test. */
const EVERY = 40;

/** Deno's own, which can be told whom to trust; its type is hidden by the browser's. */
const TrustingSocket = WebSocket as unknown as {
  new (url: string, options: { client: Deno.HttpClient }): WebSocket;
};

async function within10s(met: () => boolean, fault: () => string): Promise<void> {
  for (const until = Date.now() + 10_000; !met();) {
    assert.ok(Date.now() < until, fault());
    await new Promise((done) => setTimeout(done, EVERY));
  }
}

/** A site on a free port of 127.0.0.1 that echoes WebSocket messages and serves `/ca.crt`, with its log. */
async function serve(folder: string) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = { debug: write, info: write, warn: write, error: write };
  const tls = await readPair(folder);
  const app = createApp({
    page: () => ({ version: "0", avatar: "jonas", video: false, camera: false }),
    authority: () => site.authority()?.certificate,
    call: (socket) => socket.onmessage = ({ data }) => socket.send(`heard ${data}`),
    health: () => ({ ok: true }),
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
    /** A caller who never answers a ping; `over` tells whether the server has closed the connection. */
    silent: async () => {
      const caCerts = [await Deno.readTextFile(`${folder}/ca.crt`)];
      const conn = await Deno.connectTls({ hostname: "localhost", port: site.port, caCerts });
      const upgrade = [
        "GET /api/call HTTP/1.1",
        "host: localhost",
        "connection: upgrade",
        "upgrade: websocket",
      ];
      const key = ["sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==", "\r\n"];
      await conn.write(new TextEncoder().encode([...upgrade, ...key].join("\r\n")));
      let over = false;
      void new Response(conn.readable).text().catch(() => "").then(() => over = true);
      return { over: () => over };
    },
    /** SHA-256 of the certificate that a new connection is shown. */
    shown: () => fingerprint(site.port),
    line: (pattern: RegExp) =>
      within10s(
        () => lines.some((line) => pattern.test(line)),
        () => `No line like ${pattern} among:\n${lines.join("\n")}`,
      ),
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

Deno.test("renewal: a device that trusts the CA is served, and is given nothing but the CA's certificate", async () => {
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
  const page = new Uint8Array(await (await site.get("/client.css")).arrayBuffer());
  assert.deepEqual(page, await Deno.readFile(new URL("../static/client.css", import.meta.url)));
  for (const path of ["/ca.key", "/localhost.key", "/ssl_certs/ca.key"]) {
    const { status, body } = await site.get(path);
    await body?.cancel();
    assert.equal(status, 404, path);
  }
});

Deno.test("renewal: a renewed pair is shown to new connections, and a call under way goes on", async () => {
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
  const silent = await site.silent();
  // Longer than the silence after which the server gives a caller up: the old connection's pings are answered.
  await new Promise((done) => setTimeout(done, 7_000));
  assert.equal(await answer(call, "four"), "heard four");
  await within10s(silent.over, () => "A caller whose network died is not given up.");
  const closed = [call, later].map((socket) => new Promise((done) => socket.onclose = done));
  for (const socket of [call, later]) socket.close();
  await Promise.all(closed);
});

Deno.test("renewal: a pair that turns bad is one line, and the one before it stays", async () => {
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
