import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { openRelay } from "./relay.ts";

const bound = async (): Promise<Socket> => {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return socket;
};
const settled = () => new Promise((resolve) => setTimeout(resolve, 300));

/** Sends the numbers 0 to 199 through a relay to a server that sends them back. */
async function echoed(seed: number, loss: number): Promise<{ there: number[]; back: number[] }> {
  const [server, browser] = [await bound(), await bound()];
  const [there, back]: number[][] = [[], []];
  server.on("message", (data, peer) => {
    there.push(data[0]);
    server.send(data, peer.port, peer.address);
  });
  browser.on("message", (data) => back.push(data[0]));
  {
    using relay = await openRelay("127.0.0.1", server.address().port, { loss, jitter: 20, seed });
    for (let n = 0; n < 200; n++) {
      browser.send(Uint8Array.of(n), relay.port, "127.0.0.1");
    }
    await settled();
    assert.equal(relay.counts.passed, there.length + back.length);
  }
  server.close();
  browser.close();
  return { there, back };
}

Deno.test("relay: without loss everything arrives both ways, though not in order", async () => {
  const { there, back } = await echoed(1, 0);
  const all = Array.from({ length: 200 }, (_, n) => n);
  assert.notDeepEqual(there, all);
  assert.deepEqual(there.toSorted((a, b) => a - b), all);
  assert.deepEqual(back.toSorted((a, b) => a - b), all);
});

Deno.test("relay: about the given share is lost in each direction", async () => {
  const { there, back } = await echoed(2, 0.3);
  assert.ok(there.length > 110 && there.length < 170, `${there.length} of 200 arrived`);
  assert.ok(back.length > 0.5 * there.length && back.length < 0.9 * there.length, `${back.length} came back`);
});
