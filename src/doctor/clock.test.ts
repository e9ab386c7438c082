import assert from "node:assert/strict";
import { judgeClock, judgeTimers, timeTimers } from "./clock.ts";

Deno.test("clock: a date before the program's own is wrong", () => {
  assert.equal(judgeClock(Date.UTC(2026, 8, 1)).verdict, "ok");
  assert.equal(judgeClock(0).verdict, "bad", "a computer without a battery begins in 1970");
  assert.equal(judgeClock(Date.UTC(2090, 0)).verdict, "bad");
  const made = Date.UTC(2026, 10, 22, 12);
  assert.equal(judgeClock(made, made).verdict, "ok");
  assert.equal(judgeClock(made - 3_600_000, made).verdict, "ok", "the maker's clock may have been fast");
  const late = judgeClock(made - 2 * 86_400_000, made);
  assert.equal(late.verdict, "bad");
  assert.equal(late.found, "2026-11-20 12:00 UTC, but this program is of 2026-11-22 12:00 UTC");
});

Deno.test("timers: twice their time is much, ten seconds mean that they stall", () => {
  assert.deepEqual([430, 900, 9_900].map((took) => judgeTimers(took).verdict), ["ok", "warning", "bad"]);
});

Deno.test("timers: twenty waits of 20 ms take 400 ms at least", async () => {
  assert.ok(await timeTimers() >= 395);
});
