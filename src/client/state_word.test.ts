import assert from "node:assert/strict";
import { en } from "./en.ts";
import { stateWord } from "./state_word.tsx";

const live = {
  phase: "live",
  asking: false,
  place: 0,
  mood: "listening",
  muted: false,
  microphone: {} as MediaStream,
} as const;

Deno.test("state word: before and after a call there is none", () => {
  assert.equal(stateWord({ ...live, phase: "idle", mood: "idle" }, en), "");
  assert.equal(stateWord({ ...live, phase: "error", mood: "idle" }, en), "");
});

Deno.test("state word: the way into a call", () => {
  assert.equal(stateWord({ ...live, phase: "starting", asking: true }, en), "", "the hint speaks then");
  assert.equal(stateWord({ ...live, phase: "starting" }, en), "Connecting…");
  assert.match(stateWord({ ...live, phase: "queue", place: 3 }, en), /number 3 /);
  assert.equal(stateWord({ ...live, phase: "loading", mood: "idle" }, en), "Waking up…");
  assert.equal(stateWord({ ...live, phase: "reconnecting", mood: "idle" }, en), "Reconnecting…");
});

Deno.test("state word: nobody claims to listen where nothing can be heard", () => {
  assert.equal(stateWord(live, en), "Listening");
  assert.equal(stateWord({ ...live, muted: true }, en), "Microphone muted");
  assert.equal(stateWord({ ...live, microphone: null }, en), "");
  assert.equal(stateWord({ ...live, muted: true, mood: "speaking" }, en), "Speaking");
});
