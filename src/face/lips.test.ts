import assert from "node:assert/strict";
import { createLips, type Lips } from "./lips.ts";

const spans = (text: string, start = 0) =>
  [...text].map((phoneme, i) => ({ phoneme, start: start + i * 0.1, end: start + i * 0.1 + 0.1 }));
const reply = { turn: 1, epoch: 0 };
const STEP = 0.04;

/** The jaw at each tick from `from` to `to` seconds into the reply. */
function jaws(lips: Lips, from: number, to: number, of = reply): number[] {
  const result: number[] = [];
  for (let t = from; t < to - 1e-9; t += STEP) result.push(lips.step(STEP, of, t).weights.jawOpen ?? 0);
  return result;
}
const silence = (lips: Lips, ticks: number, of = reply) =>
  Array.from({ length: ticks }, () => lips.step(STEP, of, -1).weights.jawOpen ?? 0);

Deno.test("the mouth speaks what was announced, clause by clause", () => {
  const lips = createLips();
  lips.announce(reply, spans("papa"));
  assert.ok(Math.max(...jaws(lips, 0, 0.4)) > 0.25);
  lips.announce(reply, spans("papa", 0.4));
  assert.ok(Math.max(...jaws(lips, 0.4, 0.8)) > 0.25);
});

Deno.test("cut off in the middle of an a, the mouth closes softly and stays closed", () => {
  const lips = createLips();
  lips.announce(reply, spans("aaaa"));
  const open = jaws(lips, 0, 0.24).at(-1)!;
  assert.ok(open > 0.3);
  const closing = silence(lips, 8);
  assert.ok(closing[0] > open * 0.6 && closing[0] < open, `${closing}`);
  for (let i = 1; i < closing.length; i++) assert.ok(closing[i] <= closing[i - 1]);
  assert.equal(closing.at(-1), 0);
});

Deno.test("a clause that arrives late is taken up without a snap", () => {
  const lips = createLips();
  lips.announce(reply, spans("a"));
  const before = jaws(lips, 0, 0.3).at(-1)!;
  lips.announce(reply, spans("aaaaa", 0.25));
  const after = jaws(lips, 0.3, 0.6);
  assert.ok(Math.abs(after[0] - before) < 0.25, `${before} ${after}`);
  assert.ok(after.at(-1)! > 0.3);
});

Deno.test("a cancelled reply is not spoken, nor one of another turn", () => {
  const lips = createLips();
  lips.announce({ turn: 1, epoch: 0 }, spans("aaaaaaaa"));
  lips.announce({ turn: 2, epoch: 1 }, spans("ssssssss"));
  assert.equal(Math.max(...jaws(lips, 0.2, 0.4, { turn: 1, epoch: 1 })), 0);
  assert.ok(Math.max(...jaws(lips, 0.2, 0.4, { turn: 2, epoch: 1 })) < 0.1);
  lips.announce({ turn: 2, epoch: 0 }, spans("aaaaaaaa"));
  assert.ok(Math.max(...jaws(lips, 0.4, 0.6, { turn: 2, epoch: 1 })) < 0.1);
});

Deno.test("a reply taken up again in the same turn replaces the first one", () => {
  const lips = createLips();
  lips.announce({ turn: 1, epoch: 0 }, spans("ssssssss"));
  lips.announce({ turn: 1, epoch: 1 }, spans("aaaaaaaa"));
  assert.ok(jaws(lips, 0.2, 0.4, { turn: 1, epoch: 1 }).at(-1)! > 0.3);
});

Deno.test("a turn that is over is forgotten", () => {
  const lips = createLips();
  lips.announce(reply, spans("aaaaaaaa"));
  lips.forget(1);
  assert.equal(Math.max(...jaws(lips, 0, 0.4)), 0);
});
