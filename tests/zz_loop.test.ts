/**
 * Calls through a real TURN server (coturn), between networks of their own whose firewalls stop all UDP but the relay's.
 * Needs Linux, root and the Debian packages coturn, nftables and iproute2; without them the tests say so and are skipped.
 */
import assert from "node:assert/strict";
import { decibels, rms } from "../src/audio/pcm.ts";
import { timeLimited } from "../src/rtc/credentials.ts";
import { openRelay } from "../src/rtc/relay.ts";
import { launchBrowser } from "./browser.ts";
import { type Caller, openCaller } from "./caller.ts";
import { type Coturn, startCoturn } from "./coturn.ts";
import { compose, recording } from "./dialogue.ts";
import { type Hub, lacking, type Namespace, openHub } from "./namespaces.ts";
import { serve, type Served, sources } from "./served.ts";

const SECRET = "as coturn knows it";
const reason = await lacking("turnserver");
const skipped = reason ? ` (skipped: ${reason}; apt-get install coturn nftables iproute2)` : "";
const options = { ignore: reason !== null, sanitizeOps: false, sanitizeResources: false };
const seconds = (s: number) => new Promise((resolve) => setTimeout(resolve, s * 1000));

interface Place {
  hub: Hub;
  coturn: Coturn;
  /** Where the browser stands. */
  home: Namespace;
  /** Where the server stands. */
  site: Namespace;
  server: Served;
  caller: Caller;
}

interface Setting {
  /** What passes the firewalls; the relay is named for both where only TCP does. */
  transport: "udp" | "tcp";
  /** What the server is told. */
  secret?: string;
  behindNat?: boolean;
  /** The only address under which the browser reaches the server by UDP. */
  publicAddress?: string;
}

async function configFile(
  hub: Hub,
  { transport, behindNat = false, publicAddress = "" }: Setting,
): Promise<string> {
  const sample = await Deno.readTextFile(new URL("../configs/sample.yaml", import.meta.url));
  const servers = transport === "udp" ? ["udp"] : ["udp", "tcp"];
  const urls = servers.map((each) => `turn:${hub.address}:3478?transport=${each}`);
  const text = sample
    .replace(
      "ice_servers: []",
      `ice_servers: [{ urls: ${JSON.stringify(urls)}, secret_env: OAC_TURN_SECRET }]`,
    )
    .replace('public_address: ""', `public_address: "${publicAddress}"`)
    .replace("behind_nat: false", `behind_nat: ${behindNat}`);
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  await Deno.writeTextFile(file, text);
  return file;
}

/** A relay, a server and a browser, each in its network; the browser's microphone plays "go forward". */
async function inPlace(setting: Setting, use: (place: Place) => Promise<void>): Promise<void> {
  await using hub = await openHub();
  await using coturn = await startCoturn(hub.address, SECRET);
  const home = await hub.open(), site = await hub.open();
  const exception = setting.transport === "udp" ? coturn.port : null;
  if (setting.publicAddress) await home.translate(setting.publicAddress, site.address);
  else await home.blockUdp(exception);
  if (setting.behindNat) await site.blockUdp(exception);
  const config = await configFile(hub, setting);
  const microphone = await Deno.makeTempFile({ suffix: ".wav" });
  await Deno.writeFile(microphone, compose([await recording("go-forward")], 12, 8).wav);
  try {
    const args = ["--config", config, `--host=${site.address}`];
    const program = sources(args);
    const [command, ...enter] = site.enter;
    await using server = await serve(args, {
      ...program,
      command,
      args: [...enter, program.command, ...program.args],
      env: { ...program.env, OAC_TURN_SECRET: setting.secret ?? SECRET },
    });
    // Without https only pages of this very machine are given a microphone.
    const secure = [`--unsafely-treat-insecure-origin-as-secure=${server.url}`];
    await using browser = await launchBrowser({ microphone, args: secure, enter: home.enter });
    await using caller = await openCaller(browser.browser, server.url);
    await use({ hub, coturn, home, site, server, caller }).catch(async (error) => {
      console.error(await caller.page.locator("body").innerText());
      console.error([...server.lines.slice(-12), ...coturn.lines.slice(-40)].join("\n"));
      throw error;
    });
  } finally {
    await Deno.remove(config);
    await Deno.remove(microphone);
  }
}

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


Deno.test("loop", options, () => inPlace({ transport: "udp", behindNat: Deno.env.get("BEHIND") === "1" }, async ({ caller, server }) => {
  const times = [];
  for (let i = 0; i < 14; i++) {
    const t = performance.now();
    await caller.start();
    times.push(Math.round(performance.now() - t));
    await seconds(0.3);
    await caller.end();
  }
  console.log(times.join(" "));
  console.log(server.lines.filter((l) => /over|WARN/.test(l)).map((l) => l.slice(0, 90) + (/"path":"[^"]*"/.exec(l)?.[0] ?? "")).join("\n"));
}));
