import assert from "node:assert/strict";
import { type FaultCode, microphoneFault, remedies } from "./faults.ts";

Deno.test("faults: what getUserMedia throws", () => {
  const expected: [string, FaultCode][] = [
    ["NotFoundError", "noMicrophone"],
    ["OverconstrainedError", "noMicrophone"],
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotReadableError", "inUse"],
    ["AbortError", "inUse"],
    ["UnknownError", "microphone"],
  ];
  for (const [name, code] of expected) assert.equal(microphoneFault(new DOMException("…", name)), code, name);
  assert.equal(microphoneFault("no error at all"), "microphone");
});

Deno.test("faults: without a microphone one can go on by text", () => {
  for (const code of ["noMicrophone", "denied", "inUse", "microphone"] as const) {
    assert.deepEqual(remedies(code, false), ["retry", "text"], code);
  }
  assert.deepEqual(remedies("insecure", false), ["text"], "asking again is of no use there");
});

Deno.test("faults: a call that goes on can always be gone on with", () => {
  assert.deepEqual(remedies("server", true), ["dismiss"]);
  assert.deepEqual(remedies("microphoneGone", true), ["retry", "dismiss"]);
  assert.deepEqual(remedies("insecure", true), ["dismiss"]);
});

Deno.test("faults: no button that can only fail", () => {
  assert.deepEqual(remedies("unsupported", false), []);
  assert.deepEqual(remedies("lost", false), ["retry"]);
});
