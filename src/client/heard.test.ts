import assert from "node:assert/strict";
import { createHeard, type Source } from "./heard.ts";

const ORIGIN = 1_700_000_000_000;
const atOnce = () => 0;

Deno.test("heard: the media time runs on between two pieces of sound, also across the timestamp's end", () => {
  const zero = 2 ** 32 - 480;
  const sources: Source[] = [];
  const heard = createHeard(zero, ORIGIN, () => sources[0], atOnce);
  assert.equal(heard.at(100), null);
  // 20 ms of sound after media time 0, played at 100 on the page's clock.
  sources.push({ rtpTimestamp: 480, timestamp: ORIGIN + 100 });
  assert.equal(heard.at(100), 20);
  assert.equal(heard.at(107), 27);
});

Deno.test("heard: readings in steps of ten milliseconds become a steady clock", () => {
  let now = 0;
  // Read just before and just after a step: up to ten milliseconds too little.
  const heard = createHeard(0, ORIGIN, () => ({
    rtpTimestamp: Math.floor(now / 10) * 480,
    timestamp: ORIGIN + now,
  }), atOnce);
  const off: number[] = [];
  for (; now < 3000; now += 16.7) {
    const at = heard.at(now)!;
    if (now > 1500) off.push(at - now);
  }
  assert.ok(Math.max(...off) - Math.min(...off) < 2.5, `${Math.min(...off)} to ${Math.max(...off)}`);
});

Deno.test("heard: after a jump it does not lag behind, and another clock's timestamps do no harm", () => {
  let ticks = 0, timestamp = ORIGIN;
  const heard = createHeard(0, ORIGIN, () => ({ rtpTimestamp: ticks, timestamp }), atOnce);
  assert.equal(heard.at(0), 0);
  ticks = 48 * 1000;
  timestamp = ORIGIN + 10;
  assert.equal(heard.at(10), 1000);
  timestamp = 10;
  assert.equal(heard.at(10), 1000);
});

Deno.test("heard: what is on its way to the ear is not heard yet", () => {
  let now = 0, delay = 30;
  const heard = createHeard(
    0,
    ORIGIN,
    () => ({ rtpTimestamp: 48 * now, timestamp: ORIGIN + now }),
    () => delay,
  );
  assert.equal(heard.at(now), -30);
  // Another loudspeaker, in steps that nobody sees.
  delay = 60;
  now = 16;
  assert.equal(heard.at(now), 16 - 31.5);
  for (; now < 3000; now += 16) heard.at(now);
  assert.ok(Math.abs(heard.at(now)! - (now - 60)) < 0.1);
});
