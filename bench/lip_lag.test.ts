import assert from "node:assert/strict";
import { lipLag } from "./lip_lag.ts";

/** A voice with syllables of uneven length, dBFS at a moment in milliseconds. */
const voice = (time: number) => -30 + 15 * Math.sin(time / 70) + 9 * Math.sin(time / 113);

/** Ten seconds; `delay(n)`: how late block n was told of. */
const blocks = (delay: (n: number) => number) =>
  Array.from({ length: 100 }, (_, n) => ({
    arrived: 1000 + (n + 1) * 100 + delay(n),
    levels: Array.from({ length: 10 }, (_, i) => voice(1000 + n * 100 + i * 10)),
  }));
const mouth = (behind: number) =>
  Array.from({ length: 200 }, (_, n) => 2000 + n * 40)
    .map((time) => ({ time, dark: 100 + voice(time - behind) }));

Deno.test("lip lag: a mouth that is late, early or in step is found so, also where blocks come late", () => {
  for (const behind of [-90, 0, 45, 200]) {
    const lag = lipLag({ blocks: blocks((n) => n % 3 === 0 ? 0 : 37), mouth: mouth(behind) });
    assert.ok(Math.abs(lag.behind - behind) <= 10, `${behind} was taken for ${lag.behind}`);
    assert.ok(lag.r > 0.95);
  }
});
