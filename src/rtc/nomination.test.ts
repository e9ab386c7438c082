import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Candidate, CandidatePairState, classes, Message, methods, RTCPeerConnection } from "werift";
import { agentOf } from "./agent.ts";
import { openNetwork } from "./ice.ts";
import type { Address, Ice, Pair, Protocol } from "./internals.ts";
import { followNomination } from "./nomination.ts";
import { openPorts } from "./ports.ts";
import type { Transport } from "./udp.ts";

const PASSWORD = "a password of the browser";
const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };

async function until(what: string, done: () => boolean): Promise<void> {
  for (const end = performance.now() + 5_000; !done();) {
    assert.ok(performance.now() < end, `not within 5 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** One address of a browser: answers checks, sends them, and keeps the media that it is sent. */
function browserAddress(transport: Transport, agent: Ice & { localPassword: string }, to: Address) {
  const media: string[] = [];
  transport.onData = (datagram, from) => {
    if (datagram[0] > 3) return media.push(String(datagram));
    if (datagram[0] !== 0) return;
    const transaction = datagram.subarray(8, 20);
    const response = new Message(methods.BINDING, classes.RESPONSE, transaction)
      .setAttribute("XOR-MAPPED-ADDRESS", from as [string, number])
      .addMessageIntegrity(Buffer.from(PASSWORD))
      .addFingerprint();
    transport.send(response.bytes, from);
  };
  return {
    media,
    port: transport.address.port,
    nominate: () => {
      const request = new Message(methods.BINDING, classes.REQUEST)
        .setAttribute("USERNAME", `${agent.localUsername}:browser`)
        .setAttribute("PRIORITY", 1)
        .setAttribute("ICE-CONTROLLING", 1n)
        .setAttribute("USE-CANDIDATE", null)
        .addMessageIntegrity(Buffer.from(agent.localPassword))
        .addFingerprint();
      return transport.send(request.bytes, to);
    },
  };
}

Deno.test("nomination: media go where the browser nominated last, as often as it changes its mind", async () => {
  await using network = await openNetwork({
    servers: [],
    publicAddress: null,
    ports: null,
    behindNat: false,
    log: quiet,
  });
  await using ports = await openPorts(null);
  const connection = new RTCPeerConnection({ iceServers: [], iceUseIpv4: false, iceUseIpv6: false });
  connection.createDataChannel("call");
  await network.join(connection);
  const transport = connection.iceTransports[0];
  const agent = transport.connection;
  const ice = agentOf(connection) as Ice & { localPassword: string };
  const to: Address = ["127.0.0.1", ice.protocols[0].transport.address.port];
  const first = browserAddress(await ports.open(""), ice, to);
  const second = browserAddress(await ports.open(""), ice, to);
  agent.setRemoteParams({ iceLite: false, usernameFragment: "browser", password: PASSWORD });
  await transport.gather();
  const connected = transport.start();

  await first.nominate();
  await until("the first way is taken", () => ice.nominated?.remoteAddr[1] === first.port);
  await connected;
  await second.nominate();
  await until("the second is taken when our check of it has ended", () => {
    return ice.nominated?.remoteAddr[1] === second.port;
  });
  assert.ok(ice.consentFresh);
  await agent.send(Buffer.from("to the second"));
  await until("media arrive there", () => second.media.length > 0);
  assert.deepEqual([first.media, second.media], [[], ["to the second"]]);

  await first.nominate();
  await until("the first is taken again", () => ice.nominated?.remoteAddr[1] === first.port);
  await agent.send(Buffer.from("to the first"));
  await until("media arrive there", () => first.media.length > 0);
  await connection.close();
});

/** An agent with two pairs, as far as nomination goes; werift's own part is to keep the first. */
function fakeAgent() {
  const protocol = {} as Protocol;
  const pair = (port: number, state: CandidatePairState): Pair => ({
    protocol,
    localCandidate: {} as Candidate,
    remoteCandidate: {} as Candidate,
    remoteAddr: ["192.0.2.1", port],
    state,
    remoteNominated: true,
  });
  const asked: (Pair | undefined)[] = [];
  const ice = {
    consentFresh: true,
    queryConsent: () => asked.push(ice.nominated),
    checkIncoming() {},
    checkComplete: (done: Pair) => ice.nominated ??= done,
  } as unknown as Ice;
  followNomination(ice);
  const nominate = (port: number) =>
    ice.checkIncoming({ attributesKeys: ["USE-CANDIDATE"] }, ["192.0.2.1", port], protocol);
  return { ice, pair, nominate, asked, protocol };
}

Deno.test("nomination: the late end of a check does not bring an older choice back", () => {
  const { ice, pair, nominate, asked } = fakeAgent();
  const older = pair(1, CandidatePairState.SUCCEEDED), newer = pair(2, CandidatePairState.SUCCEEDED);
  nominate(1);
  nominate(2);
  ice.checkComplete(newer);
  ice.checkComplete(older);
  assert.equal(ice.nominated, newer);
  nominate(1);
  ice.checkComplete(older);
  assert.equal(ice.nominated, older);
  assert.deepEqual(asked, [older], "consent is asked for where the media go");
});

Deno.test("nomination: an address that has not answered, or that was not nominated, gets no media", () => {
  const { ice, pair, nominate, protocol } = fakeAgent();
  const first = pair(1, CandidatePairState.SUCCEEDED);
  nominate(1);
  ice.checkComplete(first);
  nominate(2);
  ice.checkComplete(pair(2, CandidatePairState.FAILED));
  ice.checkComplete({ ...pair(2, CandidatePairState.SUCCEEDED), remoteNominated: false });
  ice.checkIncoming({ attributesKeys: ["PRIORITY"] }, ["192.0.2.1", 3], protocol);
  ice.checkComplete(pair(3, CandidatePairState.SUCCEEDED));
  assert.equal(ice.nominated, first);
});
