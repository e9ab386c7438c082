import assert from "node:assert/strict";
import { fakeTimers } from "./fake_timers.ts";
import { startHeartbeat } from "./heartbeat.ts";

function setUp() {
  const timers = fakeTimers(), counts = { pings: 0, deaths: 0 };
  const heartbeat = startHeartbeat(timers, () => counts.pings++, () => counts.deaths++);
  return { timers, counts, heartbeat };
}

Deno.test("heartbeat: a server that answers is asked every five seconds", () => {
  const { timers, counts, heartbeat } = setUp();
  for (let second = 0; second < 30; second++) {
    timers.pass(1_000);
    heartbeat.alive();
  }
  assert.deepEqual(counts, { pings: 6, deaths: 0 });
  heartbeat[Symbol.dispose]();
});

Deno.test("heartbeat: one that falls silent is given up seven seconds after the first ping without an answer", () => {
  const { timers, counts, heartbeat } = setUp();
  timers.pass(11_900);
  assert.equal(counts.deaths, 0);
  timers.pass(200);
  assert.equal(counts.deaths, 1);
  heartbeat[Symbol.dispose]();
});

Deno.test("heartbeat: nothing is left of it", () => {
  const { timers, counts, heartbeat } = setUp();
  timers.pass(6_000);
  heartbeat[Symbol.dispose]();
  timers.pass(60_000);
  assert.deepEqual(counts, { pings: 1, deaths: 0 });
  assert.equal(timers.waiting(), 0);
});
