import assert from "node:assert/strict";
import { backoff, GIVE_UP_MS } from "./backoff.ts";

Deno.test("backoff: waits longer each time and ends within half a minute", () => {
  const waits: number[] = [];
  let elapsed = 0;
  for (;;) {
    const wait = backoff(waits.length, elapsed);
    if (wait === undefined) break;
    waits.push(wait);
    elapsed += wait;
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 8_000, 7_000]);
  assert.ok(elapsed <= GIVE_UP_MS);
});

Deno.test("backoff: the time that the tries themselves take counts too", () => {
  assert.equal(backoff(0, 29_500), undefined);
  assert.equal(backoff(0, 29_000), 1_000);
});
