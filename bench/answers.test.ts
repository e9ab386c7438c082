import assert from "node:assert/strict";
import type { ServerMessage } from "../src/rtc/signalling.ts";
import { align } from "./align.ts";
import { answers } from "./answers.ts";
import { stops } from "./stops.ts";

const RATE = 16_000;

/** Silence, but for a tone in each of the spans. */
function sound(length: number, ...spans: [number, number][]): Float32Array {
  return Float32Array.from({ length: length * RATE }, (_, n) => {
    const at = n / RATE;
    return spans.some(([start, end]) => at >= start && at < end) ? 0.3 * Math.sin(n) : 0;
  });
}
const line = (name: string, start: number, end: number) => ({ name, text: "", start, end });
const told = (at: number, message: ServerMessage) => ({ at, message });
const user = (at: number, turn: number) => told(at, { type: "user", turn, text: "x", final: true });
const near = (value: number | null, expected: number) =>
  assert.ok(value !== null && Math.abs(value - expected) <= 10, `${value} is not near ${expected}`);

Deno.test("align: finds each line where it really sounds, drift and all", () => {
  const mic = sound(20, [3, 4], [9.05, 10.05], [15.1, 16.1]);
  const found = align(mic, RATE, [line("a", 1, 2), line("b", 7, 8), line("c", 13, 14)]);
  assert.deepEqual(found.map(({ start }) => start), [3, 9.05, 15.1]);
  assert.throws(() => align(mic, RATE, [line("a", 1, 2), line("b", 10, 11)]), /"b" is not heard/);
  assert.throws(() => align(sound(2), RATE, [line("a", 1, 2)]), /silent/);
});

Deno.test("answers: waits, records and cut-offs belong to their own lines", () => {
  const measured = {
    lines: [line("a", 1, 2), line("b", 6, 9), line("c", 14, 15)],
    recording: { reply: sound(20, [2.5, 4], [7, 7.5], [9.7, 11]), rate: RATE },
    told: [
      user(2.2, 1),
      told(4, { type: "times", times: { turn: 1, endOfTurn: 200 } }),
      user(6.9, 2),
      told(7.5, { type: "times", times: { turn: 2, endOfTurn: 150, interrupted: 900 } }),
      user(9.2, 3),
      told(11, { type: "times", times: { turn: 3, endOfTurn: 300 } }),
    ],
  };
  const [a, b, c] = answers(measured);
  near(a.wait, 500);
  near(b.wait, 700);
  assert.equal(c.wait, null);
  assert.deepEqual([a, b, c].map(({ cutOff }) => cutOff), [false, true, false]);
  assert.deepEqual([a, b, c].map(({ times }) => times?.turn), [1, 3, undefined]);
});

Deno.test("stops: only a reply that sounds and is stopped counts, with its caption", () => {
  const reply = (at: number, turn: number, interrupted: boolean, text: string) =>
    told(at, { type: "reply", turn, text, final: true, interrupted });
  const measured = {
    lines: [line("a", 1, 2), line("b", 5, 6), line("c", 9, 10), line("d", 14, 15)],
    recording: { reply: sound(20, [2.5, 3], [4, 5.2], [7, 8], [11, 14.5]), rate: RATE },
    told: [reply(5.1, 1, true, "one two"), reply(8, 2, false, "three"), reply(14.5, 3, false, "four")],
  };
  const [b, c, d] = stops(measured);
  assert.ok(typeof b === "object");
  near(b.took, 200);
  assert.equal(b.caption, "one two");
  near(b.sound.start * 1000, 2500);
  assert.equal(c, "no reply sounded");
  assert.equal(d, "the reply was not stopped");
});
