import assert from "node:assert/strict";
import { createTrack, PARAMETERS } from "./track.ts";
import { SPAN, WINDOW } from "./slices.ts";

const neutral = new Float32Array(PARAMETERS).fill(0.5);
const loud = Float32Array.from({ length: SPAN * 1_600 / 3 }, (_, n) => Math.sin(n));
const same = (value: number) => new Float32Array(WINDOW * PARAMETERS).fill(value);

Deno.test("track: there is no mouth before the first slice, and one right after it", () => {
  const track = createTrack(neutral);
  assert.equal(track.at(0), null);
  track.take(same(0.2), { end: 9, pcm: loud });
  for (const position of [0, 0.1, 0.28]) {
    assert.ok(track.at(position)!.every((value) => Math.abs(value - 0.2) < 1e-3), `${position}`);
  }
});

Deno.test("track: what is settled does not change with what comes later", () => {
  const track = createTrack(neutral);
  const windows = [0, 0.4, -0.3, 0.8].map(same);
  track.take(windows[0], { end: 9, pcm: loud });
  track.take(windows[1], { end: 18, pcm: loud });
  const before = [0, 0.1, 0.26].map((position) => track.at(position));
  track.take(windows[2], { end: 27, pcm: loud });
  track.take(windows[3], { end: 36, pcm: loud });
  assert.deepEqual([0, 0.1, 0.26].map((position) => track.at(position)), before);
});

Deno.test("track: it passes over where windows disagree, and rests in silence", () => {
  const track = createTrack(neutral);
  [0, 1].forEach((value, n) => track.take(same(value), { end: 9 * (n + 1), pcm: loud }));
  track.take(same(1), { end: 27, pcm: loud });
  const steps = Array.from({ length: 17 }, (_, n) => track.at((n + 1) / 30)![0] - track.at(n / 30)![0]);
  assert.ok(Math.max(...steps.map(Math.abs)) < 0.3, steps.join(" "));
  const quiet = createTrack(neutral);
  quiet.take(same(1), { end: 9, pcm: loud.map((value) => value * 0.001) });
  assert.deepEqual(quiet.at(0), neutral);
});
