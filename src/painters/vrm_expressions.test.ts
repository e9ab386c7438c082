import assert from "node:assert/strict";
import { visemes } from "../face/visemes.ts";
import { expressWith } from "./vrm_expressions.ts";

const PRESETS = [
  "aa",
  "ih",
  "ou",
  "ee",
  "oh",
  "blink",
  "blinkLeft",
  "blinkRight",
  "happy",
  "sad",
  "angry",
  "surprised",
];

Deno.test("vrm expressions: vowels open their presets, closed lips none", () => {
  const express = expressWith(PRESETS);
  const strongest = (viseme: keyof typeof visemes) => {
    const { aa, ih, ou, ee, oh } = express(visemes[viseme]);
    return Object.entries({ aa, ih, ou, ee, oh }).sort(([, a], [, b]) => b - a)[0];
  };
  assert.equal(strongest("aa")[0], "aa");
  assert.ok(strongest("aa")[1] > 0.7);
  assert.ok(["ou", "oh"].includes(strongest("U")[0]), strongest("U")[0]);
  assert.ok(["ee", "ih"].includes(strongest("I")[0]), strongest("I")[0]);
  assert.ok(strongest("PP")[1] < 0.25, `${strongest("PP")}`);
  for (const viseme in visemes) {
    const { aa, ih, ou, ee, oh } = express(visemes[viseme as keyof typeof visemes]);
    assert.ok(aa + ih + ou + ee + oh <= 1.001, viseme);
  }
});

Deno.test("vrm expressions: one eye at a time where the model can, else both", () => {
  const wink = { eyeBlinkLeft: 1, eyeBlinkRight: 0 };
  const two = expressWith(PRESETS)(wink);
  assert.deepEqual([two.blinkLeft, two.blinkRight, two.blink], [1, 0, undefined]);
  assert.equal(expressWith(["aa", "blink"])(wink).blink, 1);
});

Deno.test("vrm expressions: a model for perfect sync gets the weights themselves", () => {
  const names = [
    "EyeBlinkLeft",
    "EyeBlinkRight",
    "JawOpen",
    "MouthPucker",
    "MouthFunnel",
    "MouthSmileLeft",
    "MouthSmileRight",
    "MouthFrownLeft",
    "MouthFrownRight",
    "BrowInnerUp",
    "BrowDownLeft",
    "BrowDownRight",
    "CheekPuff",
    "TongueOut",
    "EyeWideLeft",
    "EyeWideRight",
    "NoseSneerLeft",
    "NoseSneerRight",
    "MouthLeft",
    "MouthRight",
    "JawLeft",
    "aa",
  ];
  const { JawOpen, MouthPucker, aa } = expressWith(names)({ jawOpen: 0.4, mouthPucker: 1.3 });
  assert.deepEqual([JawOpen, MouthPucker, aa], [0.4, 1, undefined]);
  assert.equal(expressWith(names)({}).JawOpen, 0, "at rest again");
});

Deno.test("vrm expressions: what the model lacks is left out", () => {
  assert.deepEqual(Object.keys(expressWith(["aa"])({ jawOpen: 0.4, mouthSmileLeft: 1 })), ["aa"]);
});
