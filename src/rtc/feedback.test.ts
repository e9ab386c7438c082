import assert from "node:assert/strict";
import { createFeedback } from "./feedback.ts";

const SSRC = 1234;
const loss = (mediaSsrc = SSRC) => ({ type: 206, feedback: { count: 1, mediaSsrc } });
const nack = (lost: number[], mediaSourceSsrc = SSRC) => ({
  type: 205,
  feedback: { count: 1, mediaSourceSsrc, lost },
});

function setUp() {
  const clock = { time: 1_000, wanted: 0 };
  const feedback = createFeedback(SSRC, () => clock.time, () => clock.wanted++);
  return { clock, feedback };
}

Deno.test("a picture loss indication wants a keyframe, at most one in 300 ms", () => {
  const { clock, feedback } = setUp();
  for (; clock.time < 2_000; clock.time += 50) feedback.receive(loss());
  assert.equal(clock.wanted, 4);
  assert.equal(feedback.stats.pictureLoss, 20);
});

Deno.test("a full intra request is one too, if it names our picture", () => {
  const { clock, feedback } = setUp();
  feedback.receive({ type: 206, feedback: { count: 4, fir: [{ ssrc: 99 }] } });
  assert.equal(clock.wanted, 0);
  feedback.receive({ type: 206, feedback: { count: 4, fir: [{ ssrc: 99 }, { ssrc: SSRC }] } });
  assert.equal(clock.wanted, 1);
});

Deno.test("what is about another source, and unknown feedback, is ignored", () => {
  const { clock, feedback } = setUp();
  feedback.receive(loss(99));
  feedback.receive(nack([1], 99));
  feedback.receive({ type: 201 });
  feedback.receive({ type: 205, feedback: { count: 15 } });
  assert.equal(clock.wanted, 0);
  assert.deepEqual(feedback.stats, { pictureLoss: 0, intraRequests: 0, nacked: 0, keyframes: 0 });
});

Deno.test("a packet asked for three times is given up for a keyframe", () => {
  const { clock, feedback } = setUp();
  feedback.receive(nack([7, 8]));
  feedback.receive(nack([8]));
  feedback.receive(nack([9]));
  assert.equal(clock.wanted, 0);
  feedback.receive(nack([8, 9]));
  assert.equal(clock.wanted, 1);
});

Deno.test("a long burst of losses wants a keyframe at once", () => {
  const { clock, feedback } = setUp();
  feedback.receive(nack(Array.from({ length: 24 }, (_, n) => n)));
  assert.equal(clock.wanted, 0);
  feedback.receive(nack(Array.from({ length: 25 }, (_, n) => n + 100)));
  assert.equal(clock.wanted, 1);
});
