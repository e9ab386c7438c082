import assert from "node:assert/strict";
import { bind, closeSocket } from "../rtc/udp.ts";
import { callOurselves, judgeCall } from "./loopback.ts";

Deno.test("test call: by voice it goes through both ways", async () => {
  const arrivals = await callOurselves(null, null);
  assert.equal(judgeCall(arrivals, false).verdict, "ok");
  assert.equal(judgeCall(arrivals, true).verdict, "bad", "a picture that was not sent is missed");
});

Deno.test("test call: a port that is taken is told in one line", async () => {
  const holder = await bind(0);
  const { port } = holder.address();
  await assert.rejects(callOurselves(null, { min: port, max: port }), new RegExp(String(port)));
  await closeSocket(holder);
});

Deno.test("test call: says what did not arrive", () => {
  const check = judgeCall({ connected: 100, heard: 150 }, true);
  assert.equal(check.verdict, "bad");
  assert.equal(check.found, "connected in 100 ms, but not through: the microphone's sound, the picture");
  assert.match(judgeCall({}, false).found, /no connection/);
});
