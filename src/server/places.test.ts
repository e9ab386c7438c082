import assert from "node:assert/strict";
import { createPlaces } from "./places.ts";

const isGranted = async (granted: Promise<void>) =>
  await Promise.race([
    granted.then(() => true),
    Promise.resolve().then(() => Promise.resolve()).then(() => false),
  ]);

Deno.test("places: first come, first served, and the queue moves up", async () => {
  const places = createPlaces(1, 2);
  const positions: number[][] = [[], [], []];
  const [a, b, c] = positions.map((list) => places.ask((position) => list.push(position))!);
  assert.equal(places.ask(() => {}), null, "the queue is full");
  assert.equal(await isGranted(a.granted), true);
  assert.equal(await isGranted(b.granted), false);
  a.leave();
  a.leave();
  assert.equal(await isGranted(b.granted), true);
  assert.equal(await isGranted(c.granted), false);
  assert.deepEqual(positions.map((list) => list.at(0)), [undefined, 1, 2]);
  assert.equal(positions[2].at(-1), 1);
  assert.equal(places.taken, 1);
});

Deno.test("places: who leaves the queue is not called", async () => {
  const places = createPlaces(1, 2);
  const a = places.ask(() => {})!;
  const b = places.ask(() => {})!;
  const c = places.ask(() => {})!;
  b.leave();
  a.leave();
  assert.equal(await isGranted(b.granted), false);
  assert.equal(await isGranted(c.granted), true);
  c.leave();
  assert.equal(places.taken, 0);
  assert.equal(places.waiting, 0);
});
