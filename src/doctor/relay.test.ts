import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { classes, Message, methods, parseMessage } from "werift";
import { bind, closeSocket } from "../rtc/udp.ts";
import { judgeRelays, tryRelays } from "./relay.ts";

/** A STUN server: tells everybody under which address it sees them (RFC 8489, section 6.3.1.1). */
async function stunServer() {
  const socket = await bind(0);
  socket.on("message", (datagram, { address, port }) => {
    const request = parseMessage(Buffer.from(datagram))!;
    const response = new Message(methods.BINDING, classes.RESPONSE, request.transactionId);
    socket.send(response.setAttribute("XOR-MAPPED-ADDRESS", [address, port]).bytes, port, address);
  });
  return socket;
}

Deno.test("relay: a STUN server that answers, one that does not, and no server at all", async () => {
  const socket = await stunServer();
  const silent = await bind(0);
  const good = `stun:127.0.0.1:${socket.address().port}`;
  const dead = `stun:127.0.0.1:${silent.address().port}`;
  const [first, second] = await tryRelays([{ urls: [good, dead] }]);
  assert.match(first.address ?? "", /^127\.0\.0\.1:\d+$/);
  assert.deepEqual(second, { url: dead, address: null, why: "no answer within 5 s" });
  assert.equal(judgeRelays([first]).verdict, "ok");
  const check = judgeRelays([first, second]);
  assert.equal(check.verdict, "bad");
  assert.ok(check.found.includes(dead) && !check.found.includes(good));
  assert.equal(judgeRelays([]).verdict, "ok");
  await closeSocket(socket);
  await closeSocket(silent);
});
