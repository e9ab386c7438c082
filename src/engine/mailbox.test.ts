import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { createMailbox } from "./mailbox.ts";

type Step = { put: number } | { take: true };
const steps = fc.array(fc.oneof(fc.record({ put: fc.nat() }), fc.constant({ take: true as const })), {
  maxLength: 200,
});

Deno.test("mailbox: waiting senders lose nothing and keep their order", () => {
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 8 }), (script: Step[], capacity) => {
    const box = createMailbox<number>(capacity, "wait");
    const put: number[] = [];
    const taken: number[] = [];
    for (const step of script) {
      if ("put" in step) {
        put.push(step.put);
        void box.put(step.put);
      } else {
        const item = box.take();
        if (item !== undefined) taken.push(item);
      }
    }
    for (let item; (item = box.take()) !== undefined;) taken.push(item);
    assert.deepEqual(taken, put);
    assert.equal(box.dropped, 0);
  }));
});

Deno.test("mailbox: with drop oldest it never holds more than its capacity and keeps the newest", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 100 }), fc.integer({ min: 1, max: 8 }), (items, capacity) => {
      const box = createMailbox<number>(capacity, "drop oldest");
      for (const item of items) void box.put(item);
      assert.equal(box.size, Math.min(capacity, items.length));
      assert.equal(box.dropped, Math.max(0, items.length - capacity));
      const left: number[] = [];
      for (let item; (item = box.take()) !== undefined;) left.push(item);
      assert.deepEqual(left, items.slice(-capacity));
    }),
  );
});

Deno.test("mailbox: a put settles only when the item has found room", async () => {
  const box = createMailbox<string>(1, "wait");
  await box.put("a");
  let settled = false;
  const second = box.put("b").then(() => settled = true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(settled, false);
  assert.equal(box.take(), "a");
  await second;
  assert.equal(box.take(), "b");
});

Deno.test("mailbox: sweep and close let those who wait go on", async () => {
  const box = createMailbox<number>(1, "wait");
  await box.put(1);
  const [two, three] = [box.put(2), box.put(3)];
  box.sweep((item) => item === 2);
  await two;
  box.close();
  await three;
  assert.equal(box.take(), undefined);
  await box.put(4);
  assert.equal(box.take(), undefined);
});
