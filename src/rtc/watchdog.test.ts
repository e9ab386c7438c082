import assert from "node:assert/strict";
import { createWatchdog } from "./watchdog.ts";

Deno.test("it barks once after silence, and not before", async () => {
  const clock = { time: 0 };
  const barked = Promise.withResolvers<void>();
  let barks = 0;
  using watchdog = createWatchdog(6_000, () => clock.time, () => {
    barks++;
    barked.resolve();
  });
  clock.time = 5_000;
  watchdog.feed();
  clock.time = 10_999;
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(barks, 0);
  clock.time = 11_000;
  await barked.promise;
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(barks, 1);
});
