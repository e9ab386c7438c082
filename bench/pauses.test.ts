import assert from "node:assert/strict";
import { RATE, recording } from "../tests/dialogue.ts";
import { voiced } from "../tests/voiced.ts";
import { quietPlaces, withPause } from "./pauses.ts";

Deno.test("pauses: the pause is exactly as long as asked for, and what is said stays as it was", async () => {
  const { pcm } = await recording("austen-0880");
  const [place] = quietPlaces(pcm);
  for (const length of [0.3, 0.6, 0.9]) {
    const paused = withPause(pcm, place, length);
    assert.equal(paused.length, pcm.length + Math.round((length - (place.end - place.start)) * RATE));
    const spans = voiced(paused, RATE, { gap: length - 0.005 });
    assert.equal(spans.length, 2);
    assert.ok(Math.abs(spans[0].end - place.start) < 1e-9);
    assert.ok(Math.abs(spans[1].start - spans[0].end - length) < 1e-9);
    const [before, after] = [Math.round(place.start * RATE), Math.round(place.end * RATE)];
    assert.ok(pcm.subarray(0, before).every((x, n) => x === paused[n]));
    assert.ok(pcm.subarray(after).every((x, n) => x === paused[paused.length - pcm.length + after + n]));
  }
});

Deno.test("pauses: the places are quiet, inside the sentence, the longest first", async () => {
  const { pcm } = await recording("cards");
  const places = quietPlaces(pcm);
  assert.ok(places.length >= 2);
  const lengths = places.map(({ start, end }) => end - start);
  assert.deepEqual(lengths, lengths.toSorted((a, b) => b - a));
  for (const { start, end } of places) {
    assert.deepEqual(voiced(pcm.subarray(start * RATE, end * RATE), RATE), []);
  }
});
