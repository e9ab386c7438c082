import assert from "node:assert/strict";
import { createBetween } from "./between.ts";
import { decodeLook, encodeLook, listOf, type TimedLook } from "./look_code.ts";
import { still } from "./pose.ts";

const look = (media: number, weights: Record<string, number>, yaw = 0): TimedLook => ({
  list: 3,
  media,
  weights,
  pose: { ...still, yaw, hair: { yaw: yaw / 2, pitch: 0, roll: 0 } },
});

Deno.test("look code: a look survives the way within a hundredth of a percent", () => {
  const names = ["jawOpen", "eyeBlinkLeft", "mouthSmileLeft"];
  const there = look(1234.567, { jawOpen: 0.4321, mouthSmileLeft: -0.15, unknown: 1 }, -0.2);
  const data = encodeLook(there, names);
  assert.equal(listOf(data.buffer), 3);
  const here = decodeLook(data.buffer, names)!;
  assert.equal(here.media, 1234.567);
  assert.deepEqual(Object.keys(here.weights), ["jawOpen", "mouthSmileLeft"]);
  assert.ok(Math.abs(here.weights.jawOpen - 0.4321) < 1e-4);
  assert.ok(Math.abs(here.weights.mouthSmileLeft + 0.15) < 1e-4);
  assert.ok(Math.abs(here.pose.yaw + 0.2) < 1e-4 && Math.abs(here.pose.hair.yaw + 0.1) < 1e-4);
});

Deno.test("look code: what has not the right length is refused", () => {
  const data = encodeLook(look(0, {}), ["jawOpen"]);
  assert.equal(decodeLook(data.buffer, ["jawOpen", "jawLeft"]), null);
  assert.equal(decodeLook(new ArrayBuffer(3), []), null);
  assert.equal(listOf(new ArrayBuffer(3)), -1);
});

Deno.test("between: a moment between two looks is a mix of them", () => {
  const between = createBetween();
  assert.equal(between.at(0), null);
  between.add(look(80, { jawOpen: 1 }, 0.2));
  between.add(look(40, { mouthSmileLeft: 0.4 }, 0.1));
  assert.equal(between.latest, 80);
  const middle = between.at(50)!;
  assert.ok(Math.abs(middle.weights.jawOpen - 0.25) < 1e-9);
  assert.ok(Math.abs(middle.weights.mouthSmileLeft - 0.3) < 1e-9);
  assert.ok(Math.abs(middle.pose.yaw - 0.125) < 1e-9 && Math.abs(middle.pose.hair.yaw - 0.0625) < 1e-9);
});

Deno.test("between: before the first look and after the last one nothing is invented", () => {
  const between = createBetween();
  between.add(look(40, { jawOpen: 0.5 }));
  assert.equal(between.at(0)!.weights.jawOpen, 0.5);
  assert.equal(between.at(500)!.weights.jawOpen, 0.5);
  // After a gap the face does not glide.
  between.add(look(1000, { jawOpen: 1 }));
  assert.equal(between.at(900)!.weights.jawOpen, 0.5);
});
