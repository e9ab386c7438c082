import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Message, methods } from "werift";
import type { Address } from "./internals.ts";
import { openPorts } from "./ports.ts";
import { userOf } from "./shared_port.ts";
import { bind, closeSocket, type Transport } from "./udp.ts";

const FIRST = 47_310;

/** A STUN request or response as a browser sends it. */
function stun(kind: "request" | "response", user?: string): Buffer {
  const message = new Message(methods.BINDING, kind === "request" ? 0 : 0x100);
  if (user) message.setAttribute("SOFTWARE", "a browser").setAttribute("USERNAME", user);
  return message.bytes;
}

/** Everything a transport is given, as text. */
function heard(transport: Transport): { data: Buffer; from: Address }[] {
  const all: { data: Buffer; from: Address }[] = [];
  transport.onData = (data, from) => all.push({ data: Buffer.from(data), from });
  return all;
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

Deno.test("ports: calls that begin together get different ports of the range, and skip those that are taken", async () => {
  const taken = await bind(FIRST + 3);
  await using ports = await openPorts({ min: FIRST, max: FIRST + 9 });
  const open = await Promise.all(Array.from({ length: 9 }, () => ports.open("")));
  const numbers = open.map(({ address }) => address.port).sort();
  assert.deepEqual(numbers, [0, 1, 2, 4, 5, 6, 7, 8, 9].map((n) => FIRST + n));
  await assert.rejects(
    ports.open(""),
    /^Error: All UDP ports from 47310 to 47319 are in use\. Each call needs one: widen "service\.rtc\.udp_ports"\.$/,
  );
  await open[5].close();
  const again = await ports.open("");
  assert.equal(again.address.port, open[5].address.port);
  await Promise.all([...open, again].map((transport) => transport.close()));
  await closeSocket(taken);
});

Deno.test("ports: datagrams go to and fro, and one to nowhere harms nobody", async () => {
  await using ports = await openPorts(null);
  const [a, b] = [await ports.open(""), await ports.open("")];
  const got = heard(b);
  await a.send(Buffer.from("into the void"), ["240.0.0.1", 9]);
  await a.send(Buffer.from("hello"), ["127.0.0.1", b.address.port]);
  await settle();
  assert.deepEqual(got.map(({ data, from }) => [String(data), from[1]]), [["hello", a.address.port]]);
  await Promise.all([a.close(), b.close()]);
});

Deno.test("shared port: a request names its call, and its sender's media follow it", async () => {
  await using ports = await openPorts({ min: FIRST + 20, max: FIRST + 20 });
  await using others = await openPorts(null);
  const [one, two] = [await ports.open("one1"), await ports.open("two2")];
  const [first, second] = [heard(one), heard(two)];
  const browser = await others.open("");
  const to: Address = ["127.0.0.1", FIRST + 20];
  const media = Buffer.from([0x80, 0x60, 1, 2]);
  await browser.send(media, to);
  await browser.send(stun("request", "nobody:xyz"), to);
  await browser.send(stun("request", "two2:xyz"), to);
  await browser.send(media, to);
  await settle();
  assert.equal(first.length, 0);
  assert.deepEqual(second.map(({ data }) => data[0]), [0, 0x80]);

  await browser.send(stun("response"), to);
  await settle();
  assert.equal(first.length, 1, "whoever asked takes the answer");
  assert.equal(second.length, 3);

  await browser.send(stun("request", "one1:xyz"), to);
  await browser.send(media, to);
  await settle();
  assert.equal(first.length, 3, "a browser that calls again from the same port belongs to its new call");
  await one.close();
  await browser.send(media, to);
  await settle();
  assert.deepEqual([first.length, second.length], [3, 3], "an ended call hears nothing");
  await Promise.all([two.close(), browser.close()]);
});

Deno.test("shared port: taken, it is said in one line", async () => {
  const taken = await bind(FIRST + 30);
  await assert.rejects(
    openPorts({ min: FIRST + 30, max: FIRST + 30 }),
    /^Error: UDP port 47340 cannot be used: .*\. Choose another "service\.rtc\.udp_ports"\.$/,
  );
  await closeSocket(taken);
});

Deno.test("shared port: a damaged request has no user", () => {
  assert.equal(userOf(stun("request", "abcd:efgh")), "abcd");
  assert.equal(userOf(stun("request")), null);
  for (let length = 20; length < 60; length++) {
    const cut = stun("request", "abcd:efgh").subarray(0, length);
    assert.ok([null, "", "a", "ab", "abc", "abcd"].includes(userOf(cut)), `${length} bytes`);
  }
});
