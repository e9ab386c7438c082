/**
 * Calls through a real TURN server (coturn), between networks of their own whose firewalls stop all UDP but the relay's.
 * Needs Linux, root and the Debian packages coturn, nftables and iproute2; without them the tests say so and are skipped.
 */
import assert from "node:assert/strict";
import { decibels, rms } from "../src/audio/pcm.ts";
import { timeLimited } from "../src/rtc/credentials.ts";
import { openRelay } from "../src/rtc/relay.ts";
import type { Caller } from "./caller.ts";
import { startCoturn } from "./coturn.ts";
import { lacking, openHub } from "./namespaces.ts";
import { inPlace, type Place, SECRET } from "./place.ts";

const reason = await lacking("turnserver");
const skipped = reason ? ` (skipped: ${reason}; apt-get install coturn nftables iproute2)` : "";
const options = { ignore: reason !== null, sanitizeOps: false, sanitizeResources: false };
const seconds = (s: number) => new Promise((resolve) => setTimeout(resolve, s * 1000));

interface Pair {
  /** Types of the two ends. */
  local: string;
  remote: string;
  /** The server's address. */
  address: string;
  /** How the browser reaches its relay. */
  by: string;
  bytes: number;
}

/** The pair of addresses that the browser has chosen. */
function chosenPair(caller: Caller): Promise<Pair> {
  return caller.page.evaluate(async () => {
    // deno-lint-ignore no-explicit-any
    const stats: Map<string, any> = await (globalThis as any).__recorder.peer.getStats();
    const transport = [...stats.values()].find(({ type }) => type === "transport");
    const pair = stats.get(transport.selectedCandidatePairId);
    const local = stats.get(pair.localCandidateId);
    const remote = stats.get(pair.remoteCandidateId);
    return {
      local: local.candidateType,
      remote: remote.candidateType,
      address: remote.address,
      by: local.relayProtocol,
      bytes: pair.bytesReceived + pair.bytesSent,
    };
  });
}

/** Holds one conversation and checks that it was heard and seen on both sides, and only by way of the relay. */
async function converse({ caller, coturn, home, server }: Place, by: string, path: RegExp): Promise<void> {
  await caller.start();
  const before = await caller.received();
  await caller.page.waitForSelector('[data-mood="speaking"]', { timeout: 40_000 });
  await caller.page.waitForSelector('[data-mood="listening"]', { timeout: 30_000 });
  const after = await caller.received();
  const { user, reply } = await caller.captions();
  assert.match(user, /forward/i);
  assert.notEqual(reply, "");
  const heard = (await caller.recording()).reply;
  assert.ok(decibels(rms(heard)) > -60, `The answer has ${decibels(rms(heard))} dB.`);
  const rate = (after.pictures - before.pictures) / (after.at - before.at) * 1000;
  assert.ok(rate > 8, `${rate.toFixed(1)} pictures a second arrived, 25 were sent.`);
  const pair = await chosenPair(caller);
  assert.equal(pair.local, "relay");
  assert.equal(pair.by, by);
  assert.ok(await home.blocked() > 0, "the direct way was tried, and stopped");
  await caller.end();
  await seconds(2);
  const passed = coturn.relayed();
  assert.ok(
    passed > 0.8 * pair.bytes,
    `coturn passed ${passed} bytes on, the browser counted ${pair.bytes}.`,
  );
  assert.ok(coturn.lines.some((line) => /session .*: new, .*username=<\d+:[0-9a-f]{8}>/.test(line)));
  const line = server.lines.find((line) => line.includes("is over: "));
  assert.match(line ?? "", path);
  console.log(
    `${rate.toFixed(1)} pictures/s, ${pair.bytes} bytes at the browser, ${passed} at coturn, ${pair.remote}`,
  );
}

Deno.test(
  `relay: where UDP reaches nothing but the relay, a call goes through it${skipped}`,
  options,
  () => inPlace({ transport: "udp" }, (place) => converse(place, "udp", /"path":"host to (relay|prflx)"/)),
);

Deno.test(
  `relay: where no UDP passes at all, a call falls back to TCP to the relay${skipped}`,
  options,
  () => inPlace({ transport: "tcp" }, (place) => converse(place, "tcp", /"path":"host to (relay|prflx)"/)),
);

Deno.test(
  `relay: where only TLS passes, both sides meet at the relay by TLS${skipped}`,
  options,
  () =>
    inPlace(
      { transport: "tls", behindNat: true },
      (place) => converse(place, "tls", /"path":"relay to (relay|prflx)"/),
    ),
);

Deno.test(
  `relay: a server that does not trust the relay's certificate says what to do${skipped}`,
  options,
  () =>
    inPlace({ transport: "tls", behindNat: true, trusted: false }, async ({ caller, server, hub }) => {
      await caller.page.getByRole("button", { name: "Start", exact: true }).click();
      await caller.page.waitForSelector('[data-state="error"]', { timeout: 25_000 });
      const refused = server.lines.find((line) => line.includes(`TURN server "turns:${hub.address}"`));
      assert.match(
        refused ?? "",
        /cannot be used: its certificate is not accepted \(.+\); set DENO_CERT to the file of its CA, or use one by a public CA\. /,
      );
    }),
);

Deno.test(
  `relay: a server that cannot be reached either meets the caller at the relay${skipped}`,
  options,
  () =>
    inPlace({ transport: "udp", behindNat: true }, async (place) => {
      await converse(place, "udp", /"path":"relay to (relay|prflx)"/);
      assert.ok(await place.site.blocked() > 0);
    }),
);

Deno.test(
  `nat: a server that is only reached by its public address is reached by it${skipped}`,
  options,
  () =>
    inPlace({ transport: "udp", publicAddress: "203.0.113.7" }, async ({ caller, home }) => {
      await caller.start();
      const end = performance.now() + 10_000;
      while ((await caller.received()).pictures < 25) {
        assert.ok(performance.now() < end, "a second of pictures within ten");
        await seconds(0.2);
      }
      const { remote, address } = await chosenPair(caller);
      assert.deepEqual({ remote, address }, { remote: "host", address: "203.0.113.7" });
      assert.ok(await home.blocked() > 0, "its own address was tried, and stopped");
    }),
);

Deno.test(
  `relay: with a wrong secret the page says so, and the log in one line${skipped}`,
  options,
  () =>
    inPlace(
      { transport: "udp", secret: "a wrong secret", behindNat: true },
      async ({ caller, server, hub }) => {
        await caller.page.getByRole("button", { name: "Start", exact: true }).click();
        await caller.page.waitForSelector('[data-state="error"]', { timeout: 25_000 });
        const words = await caller.page.locator("body").innerText();
        assert.match(words, /The relay refused the call/);
        const url = `turn:${hub.address}:3478?transport=udp`;
        const lines = server.lines.filter((line) => line.includes(url));
        const page = lines.filter((line) => line.includes("The browser cannot use"));
        assert.equal(page.length, 1, lines.join("\n"));
        assert.match(page[0], /: 401 "Unauthorized"\. Check "service\.rtc\.ice_servers" and its secret\.$/);
        assert.ok(
          lines.some((line) =>
            /TURN server .* cannot be used: it does not accept the credentials\./.test(line)
          ),
        );
        assert.ok(!server.lines.join("\n").includes("a wrong secret"), "no secret stands in the log");
      },
    ),
);

Deno.test(`relay: credentials open it for an hour, older ones do not${skipped}`, options, async () => {
  await using hub = await openHub();
  await using coturn = await startCoturn(hub.address, SECRET);
  const url = `turn:${hub.address}:${coturn.port}`;
  const open = (madeAt: number) => openRelay(url, { urls: [url], ...timeLimited(SECRET, "call", madeAt) });
  const relay = await open(Date.now() - 3_590_000);
  assert.equal(relay.address[0], hub.address);
  await relay.transport.close();
  await assert.rejects(open(Date.now() - 3_610_000), /^Error: it does not accept the credentials$/);
  await seconds(0.5);
  assert.equal(coturn.lines.filter((line) => /: new, /.test(line)).length, 1);
  assert.ok(coturn.lines.some((line) => /refreshed, .*lifetime=0/.test(line)), "the address was given back");
});
