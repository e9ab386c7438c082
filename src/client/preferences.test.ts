import assert from "node:assert/strict";
import { DEFAULTS, openPreferences, readPreferences } from "./preferences.ts";

Deno.test("preferences: what is stored comes back", () => {
  const kept = new Map<string, string>();
  const keep = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  openPreferences(() => keep).set({
    language: "zh",
    volume: 0.5,
    captions: false,
    microphone: "usb",
    avatar: "mira",
  });
  assert.deepEqual(openPreferences(() => keep).get(), {
    ...DEFAULTS,
    language: "zh",
    volume: 0.5,
    captions: false,
    microphone: "usb",
    avatar: "mira",
  });
});

Deno.test("preferences: what is damaged falls back to the default, field by field", () => {
  assert.deepEqual(readPreferences(null), DEFAULTS);
  assert.deepEqual(readPreferences("{"), DEFAULTS);
  assert.deepEqual(readPreferences("null"), DEFAULTS);
  assert.deepEqual(
    readPreferences('{"volume":7,"language":"fr","captions":"no","speaker":"hdmi","avatar":"../x"}'),
    {
      ...DEFAULTS,
      speaker: "hdmi",
    },
  );
});

Deno.test("preferences: a browser that forbids storage still lets one choose", () => {
  const store = openPreferences(() => {
    throw new DOMException("forbidden", "SecurityError");
  });
  store.set({ captions: false });
  assert.equal(store.get().captions, false);
});
