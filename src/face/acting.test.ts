import assert from "node:assert/strict";
import { createActing } from "./acting.ts";
import { still } from "./pose.ts";

/** Pitch and smile that are shown at a time. */
function shown(acting: ReturnType<typeof createActing>, time: number) {
  const weights: Record<string, number> = {}, pose = { ...still };
  acting.apply(time, weights, pose);
  return { pitch: pose.pitch, cheek: weights.cheekSquintLeft ?? 0, brow: weights.browDownLeft ?? 0 };
}

Deno.test("a nod goes down and comes back; broken off, it dies away within a quarter of a second", () => {
  const acting = createActing();
  acting.start("nod", 1, 0);
  assert.ok(shown(acting, 0.3).pitch > 0.03);
  assert.equal(shown(acting, 1).pitch, 0);
  const broken = createActing();
  broken.start("nod", 1, 0);
  broken.rest(0.1, true);
  const before = shown(broken, 0.1).pitch, after = shown(broken, 0.14).pitch;
  assert.ok(Math.abs(after - before) < 0.02, "it does not jump");
  assert.equal(shown(broken, 0.36).pitch, 0);
});

Deno.test("what stays until something else comes is let go with a mood, a smile is not", () => {
  const acting = createActing();
  acting.start("think", 1, 0);
  acting.rest(1, false);
  assert.equal(shown(acting, 2).brow, 0);
  acting.start("smile", 1, 2);
  acting.rest(2.5, false);
  assert.ok(shown(acting, 4).cheek > 0.4);
});

Deno.test("a direction does not stay for ever", () => {
  const acting = createActing();
  acting.start("think", 1, 0, 2);
  assert.ok(shown(acting, 1.5).brow > 0.3);
  assert.equal(shown(acting, 3).brow, 0);
});
