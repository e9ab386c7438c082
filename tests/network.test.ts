/** Ports and addresses of calls with a real Chromium. */
import assert from "node:assert/strict";
import { RTCPeerConnection } from "werift";
import { agentOf } from "../src/rtc/agent.ts";
import { type NetworkSettings, openNetwork } from "../src/rtc/ice.ts";
import { launchBrowser } from "./browser.ts";
import { type Line, openLine } from "./line.ts";

const PORT = 8551;

/** The page's globals, see `bench/connect.html`. */
declare const state: { changes: number };
declare const connection: RTCPeerConnection;
declare function connect(options: { microphone: boolean }): Promise<string>;

const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** Dials from several pages at once; the server's port and all its addresses as each page sees them. */
async function dial(
  settings: Partial<NetworkSettings>,
  pages: number,
  use: (seen: { port: number; sdp: string }[], line: Line) => void,
): Promise<void> {
  await using line = await openLine(PORT, undefined, settings);
  await using browser = await launchBrowser();
  const context = await browser.browser.newContext({ permissions: ["microphone"] });
  const open = await Promise.all(Array.from({ length: pages }, () => context.newPage()));
  await Promise.all(open.map((page) => page.goto(line.url)));
  await Promise.all(open.map((page) => page.evaluate(() => connect({ microphone: true }))));
  const seen = await Promise.all(open.map(async (page) => {
    await page.waitForFunction(() => state.changes > 10, null, { timeout: 20_000 });
    return await page.evaluate(async () => {
      // deno-lint-ignore no-explicit-any
      const stats: Map<string, any> = await (connection as any).getStats();
      const { selectedCandidatePairId } = [...stats.values()].find(({ type }) => type === "transport");
      const { remoteCandidateId } = stats.get(selectedCandidatePairId);
      return { port: stats.get(remoteCandidateId).port, sdp: connection.remoteDescription!.sdp };
    });
  }));
  use(seen, line);
}

const candidatesOf = (sdp: string) => [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (\w+)/gm)];

Deno.test("network: calls stay within the range of ports", () =>
  dial({ ports: { min: 47_400, max: 47_402 } }, 3, (seen) => {
    assert.deepEqual(seen.map(({ port }) => port).sort(), [47_400, 47_401, 47_402]);
    for (const { sdp, port } of seen) {
      assert.deepEqual([...new Set(candidatesOf(sdp).map(([, , announced]) => Number(announced)))], [port]);
    }
  }));

Deno.test("network: three calls share one port", () =>
  dial({ ports: { min: 47_410, max: 47_410 } }, 3, (seen, line) => {
    assert.deepEqual(seen.map(({ port }) => port), [47_410, 47_410, 47_410]);
    for (const { mic, peer } of line.calls.values()) {
      assert.ok(mic.length > 5, "each microphone is heard");
      assert.equal(peer.stats().mic.damaged, 0);
    }
  }));

Deno.test("network: the public address is announced beside the own ones, with the same port", () =>
  dial({ publicAddress: "203.0.113.7" }, 1, ([{ sdp, port }]) => {
    const candidates = candidatesOf(sdp.slice(0, sdp.indexOf("m=video")));
    const outside = candidates.filter(([, host]) => host === "203.0.113.7");
    assert.deepEqual(outside.map(([, , announced, type]) => [Number(announced), type]), [[port, "host"]]);
    assert.ok(candidates.length > 1);
  }));

Deno.test("network: without settings nobody is asked for our address", async () => {
  await using network = await openNetwork({
    servers: [],
    publicAddress: null,
    ports: null,
    behindNat: false,
    log: quiet,
  });
  const connection = new RTCPeerConnection({ iceServers: [], iceUseIpv4: false, iceUseIpv6: false });
  connection.createDataChannel("call");
  // werift names a public STUN server of its own where none is given.
  assert.notEqual(agentOf(connection).stunServer, undefined);
  await network.join(connection);
  await connection.setLocalDescription(await connection.createOffer());
  const { stunServer, localCandidates, protocols } = agentOf(connection);
  assert.equal(stunServer, undefined);
  assert.equal(protocols.length, 1);
  assert.ok(localCandidates.every(({ type }) => type === "host"));
  await connection.close();
});
