import assert from "node:assert/strict";
import { keyAction } from "./keys.ts";

const press = (key: string, more = {}) => ({
  key,
  repeat: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  ...more,
});

Deno.test("keys: Space mutes, but not while typing or on a button", () => {
  assert.equal(keyAction(press(" "), "none"), "mute");
  assert.equal(keyAction(press(" "), "text"), null);
  assert.equal(keyAction(press(" "), "control"), null);
});

Deno.test("keys: Esc works everywhere, also while typing", () => {
  for (const focus of ["none", "text", "control"] as const) {
    assert.equal(keyAction(press("Escape"), focus), "escape");
  }
});

Deno.test("keys: a key that is held down, or belongs to the browser, does nothing", () => {
  assert.equal(keyAction(press(" ", { repeat: true }), "none"), null);
  assert.equal(keyAction(press(" ", { ctrlKey: true }), "none"), null);
  assert.equal(keyAction(press("a"), "none"), null);
});
